import { type OrderOptions, tellWorkers } from './tell-workers.ts'

/** What `ks bg workers resume` does. */
export async function runWorkersResume(names: readonly string[], options: OrderOptions): Promise<void> {
  await tellWorkers('work', names, options, ({ name }) => `told ${name} to take jobs again`)
}
