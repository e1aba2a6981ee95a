/**
 * What can be started can be stopped. Both are idempotent: starting twice, stopping twice, or stopping
 * before starting is legal and does nothing the second time.
 */
export interface Service {
  start(): Promise<void>
  stop(): Promise<void>
}

/** Starts `services` in order; when one fails, stops those already running, last first, and throws its error. */
export async function startInOrder(services: readonly Service[]): Promise<void> {
  for (const [index, service] of services.entries()) {
    try {
      await service.start()
    } catch (error) {
      await stopInReverse(services.slice(0, index)).catch(() => {})
      throw error
    }
  }
}

/** Stops `services` last first; every one gets its chance, then the first error is thrown. */
export async function stopInReverse(services: readonly Service[]): Promise<void> {
  const errors: unknown[] = []
  for (const service of [...services].reverse()) await service.stop().catch(error => errors.push(error))
  if (errors.length > 0) throw errors[0]
}
