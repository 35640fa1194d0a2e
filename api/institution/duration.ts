const SECONDS: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86400 }

/** `90s`, `15m`, `24h`, `30d` in seconds. */
export function seconds(duration: string): number {
  return Number(duration.slice(0, -1)) * (SECONDS[duration.slice(-1)] ?? Number.NaN)
}
