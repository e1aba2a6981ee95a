import fc from 'fast-check'
import { inject, test } from 'vitest'
import { expectConsistent, useEngine } from '../support/engine.ts'
import { COMMANDS } from './commands.ts'
import { Model } from './model.ts'
import { World } from './world.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** How often, and from which seed: `npm run model -- --runs 5000 --seed 7`. */
    readonly model?: { readonly runs?: number; readonly seed?: number }
  }
}

const engine = useEngine()

/** Enough to find again what mutations of the SQL break, and no more than a build can spare. */
const USUAL = { numRuns: 150, interruptAfterTimeLimit: 12_000, seed: 20261122 }
const LONGEST_MS = 3 * 3_600_000

test(
  'whatever is done in whatever order, the database is what the specification says',
  async () => {
    const { runs, seed } = inject('model') ?? {}
    const asked = {
      numRuns: runs ?? 1_000,
      interruptAfterTimeLimit: LONGEST_MS,
      ...(seed !== undefined && { seed }),
    }
    const property = fc.asyncProperty(
      fc.commands(COMMANDS, { maxCommands: 100, size: 'max' }),
      async commands => {
        await fc.asyncModelRun(
          async () => ({ model: new Model(), real: await World.empty(engine()) }),
          commands,
        )
        // one whose concurrency was lowered may have slots taken that it has no more
        await engine().query('update background.queue set concurrency = 3')
        await expectConsistent(engine())
      },
    )
    await fc.assert(property, inject('model') ? asked : USUAL)
  },
  LONGEST_MS,
)
