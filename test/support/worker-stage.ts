import { test as plain } from 'vitest'
import { freshDatabase } from './database.ts'
import { Engine, expectConsistent } from './engine.ts'
import { type Workers, workersFor } from './worker.ts'
import { WorkerProcesses } from './worker-processes.ts'
import { layWire, type Wire } from './worker-wire.ts'

/** All that one test has for itself, so that several can wait for leases to run out at the same time. */
export interface Stage {
  readonly engine: Engine
  readonly workers: Workers
  readonly processes: WorkerProcesses
  /** Another way to the database. */
  wire(): Promise<Wire>
}

/** A test with a stage. What the engine promises is checked when it is over. */
export const stageTest = plain.extend<{ stage: Stage }>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads the names of the fixtures it needs from here
  stage: async ({}, use) => {
    const engine = new Engine(await freshDatabase())
    const workers = workersFor(() => engine)
    const processes = new WorkerProcesses(engine.url)
    const wires: { end(): Promise<void> }[] = []
    const wire = async () => {
      const laid = await layWire(engine.url)
      wires.push(laid)
      return laid
    }
    try {
      await use({ engine, workers, processes, wire })
      await workers.stop()
      await expectConsistent(engine)
    } finally {
      await Promise.all([workers.stop(), processes.end(), ...wires.map(laid => laid.end())])
      await engine.reset().finally(() => engine.close())
    }
  },
})
