import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { forVite } from './dashboard/browser/bundle.js'

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url))

export default defineConfig({
  plugins: [forVite],
  resolve: {
    alias: [
      { find: /^@kretes\/background$/, replacement: path('background/index.ts') },
      { find: /^@kretes\/background\/dashboard$/, replacement: path('dashboard/index.ts') },
      { find: /^@kretes\/background\/framework$/, replacement: path('framework/index.ts') },
      { find: /^@kretes\/background\/testing$/, replacement: path('background/testing.ts') },
    ],
  },
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/postgres.ts'],
    pool: 'forks',
    // most tests wait for something most of the time, so there may be more of them than cores
    maxWorkers: Math.max(3, availableParallelism()),
    // a machine that is busy with something else is no bug; what fails twice is
    retry: 1,
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
})
