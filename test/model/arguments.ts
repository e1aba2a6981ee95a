import fc from 'fast-check'
import { newId } from '../../background/id.ts'
import type { Belief, Model } from './model.ts'

/** Small worlds find more: few names, few numbers, so that what is done meets what was done before. */
export const few = fc.integer({ min: 1, max: 3 })
export const hours = fc.constantFrom(0, 0, 0, 1, 2)
export const priority = fc.constantFrom(0, 0, -1, 1)
export const lane = fc.constantFrom('a', 'b')
export const queue = fc.constantFrom(null, null, 'a', 'b')
export const payload = fc.oneof(
  fc.record({ n: few }),
  fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 2 }),
)
export const job = fc.record({ queue, priority, hours, payload, maxAttempts: few })
export const key = fc.record({
  name: fc.constantFrom('k', 'k', 'l'),
  mode: fc.constantFrom('replace' as const, 'preserve_run_at' as const, 'unsafe_dedupe' as const),
  maxWait: fc.constant(null),
})
export const patientKey = fc.record({
  name: fc.constant('k'),
  mode: fc.constant('replace' as const),
  maxWait: few,
})
export const cron = fc.constantFrom('free', 'keyed')
export const failure = fc.record({
  again: fc.constantFrom(null, 0, 0, 1),
  state: fc.constantFrom('cancelled' as const, 'discarded' as const),
  counts: fc.boolean(),
  error: fc.constantFrom('no', null),
  onlyFirstItem: fc.boolean(),
})
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined })
export const plan = fc.record({
  hours: maybe(hours),
  priority: maybe(priority),
  maxAttempts: maybe(few),
  attempt: maybe(few),
  queue: maybe(queue),
  payload: maybe(payload),
})
export const planInSql = fc.record({
  hours: maybe(hours),
  priority: maybe(priority),
  maxAttempts: maybe(few),
  attempt: maybe(few),
})

/** Points at something there is when the time has come, whatever that is then. */
export const pointer = fc.nat({ max: 11 })
export const pointers = fc.uniqueArray(pointer, { minLength: 1, maxLength: 3 })

const NOBODY = '999999'

export function idsAt(model: Model, at: readonly number[]): string[] {
  const all = [...model.jobs.keys(), ...model.history.keys(), NOBODY]
  return [...new Set(at.map(index => all[index % all.length] as string))]
}

/** Any worker that there is or that still has something to say. */
export function workerAt(model: Model, at: number): string {
  const all = new Set([...model.workers.keys(), ...model.beliefs.map(({ worker }) => worker)])
  return [...all][at % all.size] ?? newId()
}

/** Up to `count` jobs that one worker believes to have. */
export function beliefsAt(model: Model, at: number, count: number): readonly Belief[] {
  const first = at % model.beliefs.length
  const rest = model.beliefs.slice(first)
  return rest.filter(({ worker }) => worker === rest[0]?.worker).slice(0, count)
}
