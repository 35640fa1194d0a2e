const told = new Set<string>()

/**
 * For `describe.skipIf(needs(missingPostgres, …))`: true when a real program is not installed here. Says once which command
 * installs it; under `CI=true` nothing is skipped, a missing program is a failure.
 */
export function needs(...missing: (() => string | undefined)[]): boolean {
  const commands = missing.map(ask => ask()).filter(command => command !== undefined)
  if (commands.length === 0) return false
  if (process.env.CI === 'true') throw new Error(`not installed: ${commands.join('; ')}`)
  for (const command of commands) {
    if (!told.has(command)) console.warn(`skipped, needs: ${command}`)
    told.add(command)
  }
  return true
}
