import { type OrderOptions, tellWorkers } from './tell-workers.ts'

/** What `ks bg workers quiet` does. */
export async function runWorkersQuiet(names: readonly string[], options: OrderOptions): Promise<void> {
  await tellWorkers('quiet', names, options, ({ name }) => `told ${name} to take no more jobs`)
}
