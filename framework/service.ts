/**
 * What can be started can be stopped. Both are idempotent: starting twice, stopping twice, or stopping
 * before starting is legal and does nothing the second time.
 */
export interface Service {
  start(): Promise<void>
  stop(): Promise<void>
}

/** Stops `services` last first; every one gets its chance, then the first error is thrown. */
export async function stopInReverse(services: readonly Service[]): Promise<void> {
  const errors: unknown[] = []
  for (const service of [...services].reverse()) await service.stop().catch(error => errors.push(error))
  if (errors.length > 0) throw errors[0]
}
