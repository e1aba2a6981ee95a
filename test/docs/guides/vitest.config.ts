import { defineConfig } from 'vitest/config'
import repository from '../../../vitest.config.ts'

/** For the tests that a guide shows: one after the other, because they share a database. */
export default defineConfig({
  resolve: repository.resolve ?? {},
  test: { include: ['**/*.test.ts'], fileParallelism: false },
})
