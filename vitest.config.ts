import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: 'test/servers/global.ts',
    pool: 'forks',
    maxWorkers: 3,
    // Files share a worker one after the other: what each loads is loaded once.
    isolate: false,
    testTimeout: 90_000,
    // Some servers take a while to be made on a busy machine: a domain controller, 389-ds.
    hookTimeout: 180_000,
    // What is waited for comes sooner or later: a busy machine is no fault of the service.
    expect: { poll: { timeout: 15_000 } },
  },
})
