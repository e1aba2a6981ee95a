import { availableParallelism } from 'node:os'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { forVite } from './dashboard/browser/bundle.js'

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url))

/** They see the server that comes along, or none: on another version they would be the same tests once more. */
const ON_OUR_OWN_VERSION = ['test/framework/postgres/**', 'test/types/**', 'test/package.test.ts']

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
    exclude: process.env.KRETES_TEST_POSTGRES ? ON_OUR_OWN_VERSION : [],
    globalSetup: ['test/support/postgres.ts'],
    pool: 'forks',
    // one process takes one file after the other: to load our modules anew for each would cost as much as all tests together
    isolate: false,
    // most tests wait for something most of the time, so there may be more of them than cores
    maxWorkers: Math.max(4, availableParallelism()),
    // a machine that is busy with something else is no bug, and is in a while; what fails three times is
    retry: { count: 2, delay: 5_000 },
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
})
