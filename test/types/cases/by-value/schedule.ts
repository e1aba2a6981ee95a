import { Background, Queue, type Task, type TaskContext, task } from '@kretes/background'
import { z } from 'zod'
import { Ping } from './tasks/Ping.ts'
import SendEmail from './tasks/SendEmail.ts'
import SendReport from './tasks/SendReport.ts'

const { schedule } = Background

// a plain function

await schedule({ task: SendEmail, payload: { to: 'a', subject: 'b' }, queue: Queue.for('email') })
await schedule({ task: SendEmail, payload: { to: 'a', subject: 'b' }, queue: 'email', in: '10m', key: 'k', tags: ['t'] })
// @ts-expect-error a property is missing
await schedule({ task: SendEmail, payload: { to: 'a' } })
// @ts-expect-error the payload is missing
await schedule({ task: SendEmail })
// @ts-expect-error a property too many
await schedule({ task: SendEmail, payload: { to: 'a', subject: 's', cc: 'x' } })
await schedule({
  task: SendEmail,
  payload: {
    // @ts-expect-error a wrong type, told at the property
    to: 1,
    subject: 's',
  },
})
// @ts-expect-error an option that does not exist
await schedule({ task: SendEmail, payload: { to: 'a', subject: 's' }, prority: 1 })
// @ts-expect-error a queue is made by Queue.for
await schedule({ task: SendEmail, payload: { to: 'a', subject: 's' }, queue: { name: 'email' } })

// no payload

await schedule({ task: Ping })
await schedule({ task: Ping, queue: undefined, runAt: undefined })
// @ts-expect-error it takes none
await schedule({ task: Ping, payload: { a: 1 } })
const Tick: Task<void> = async () => {}
await schedule({ task: Tick })
// @ts-expect-error it takes none
await schedule({ task: Tick, payload: 1 })

// a payload that need not be given is an empty object

async function Optional({ days = 7 }: { days?: number }) {
  return days
}
await schedule({ task: Optional })
await schedule({ task: Optional, payload: { days: 1 } })
// @ts-expect-error a wrong type
await schedule({ task: Optional, payload: { days: '1' } })
async function Named(name?: string) {
  return name
}
await schedule({ task: Named, payload: 'ann' })
// @ts-expect-error an empty object is no name
await schedule({ task: Named })

// a schema

await schedule({ task: SendReport, payload: { userId: 1 } })
await schedule({ task: SendReport, payload: { userId: 1, at: '2026-11-22', locale: 'de' } })
// @ts-expect-error a wrong type
await schedule({ task: SendReport, payload: { userId: 'x' } })
// @ts-expect-error what the schema accepts has to come as JSON
await schedule({ task: SendReport, payload: { userId: 1, at: new Date() } })

// the Kretes form: any payload

const Anything: Task = async input => {
  const { name } = input
  return name
}
await schedule({ task: Anything, payload: { name: 'ann', nested: { when: 'now' } } })
await schedule({ task: Anything })
interface User {
  name: string
}
declare const user: User
await schedule({ task: Anything, payload: user })

// what JSON cannot carry

declare function taking<T>(): Task<T>
await schedule({ task: taking<User>(), payload: user })
await schedule({ task: taking<readonly User[]>(), payload: [user] })
await schedule({ task: taking<[string, number?]>(), payload: ['a'] })
await schedule({ task: taking<{ note?: string | undefined }>(), payload: { note: undefined } })
await schedule({ task: taking<{ id: string & { readonly brand: 'id' } }>(), payload: { id: 'a' as never } })
await schedule({ task: taking<'a' | 'b' | null>(), payload: null })
await schedule({ task: taking<unknown>(), payload: { a: [1, null] } })
await schedule({
  task: taking<{ when: Date; to: string }>(),
  payload: {
    to: 'a',
    // @ts-expect-error a Date, told at the property
    when: new Date(),
  },
})
await schedule({
  task: taking<{ items: { price: bigint }[] }>(),
  // @ts-expect-error a bigint, told at the property
  payload: { items: [{ price: 1n }] },
})
// @ts-expect-error a Map
await schedule({ task: taking<{ m: Map<string, string> }>(), payload: { m: new Map() } })
// @ts-expect-error a Set
await schedule({ task: taking<{ s: Set<string> }>(), payload: { s: new Set() } })
// @ts-expect-error a function
await schedule({ task: taking<{ f: () => void }>(), payload: { f: () => {} } })
// @ts-expect-error undefined becomes null in an array
await schedule({ task: taking<(string | undefined)[]>(), payload: ['a', undefined] })
// @ts-expect-error a Date in what may be anything
await schedule({ task: taking<unknown>(), payload: { at: new Date() } })

// task() without a schema: the function decides

const Charge = task({ timeout: '5s', run: async ({ cents }: { cents: number }, { id }) => `${id}: ${cents}` })
await schedule({ task: Charge, payload: { cents: 1 } })
// @ts-expect-error a wrong type
await schedule({ task: Charge, payload: { cents: '1' } })
await schedule({ task: task({ run: async input => input.whatever }), payload: { whatever: 1 } })
await schedule({ task: task({ run: async () => {} }) })
const context = {} as TaskContext
const charged: string = await Charge({ cents: 1 }, context)
const length: number = await SendReport({ userId: 1, locale: 'en' }, context)

// many at once

await Background.scheduleMany(SendEmail, [{ payload: { to: 'a', subject: 'b' }, in: '1m' }])
await Background.scheduleMany(Ping, [{}, { priority: 1 }])
// @ts-expect-error a property is missing
await Background.scheduleMany(SendEmail, [{ payload: { to: 'a' } }])
// @ts-expect-error the payload is missing
await Background.scheduleMany(SendEmail, [{ queue: 'email' }])

// the result

const report = await schedule({ task: SendReport, payload: { userId: 1 } })
const result: number | undefined = (await report.wait()).result
// @ts-expect-error it is a number
const wrong: string | undefined = (await report.wait()).result

// options of task()

// @ts-expect-error run is missing
task({ queue: 'email' })
// @ts-expect-error a wrong type
task({ maxAttempts: '5', run: async () => {} })
// @ts-expect-error no such option
task({ attempts: 5, run: async () => {} })
task({ backoff: ['1s', '10s'], retention: 0, tags: ['a'], run: async () => {} })
task({ backoff: (attempt, error) => attempt * (error ? 1_000 : 1), run: async () => {} })
task({
  payload: z.object({ n: z.string().transform(Number) }),
  // @ts-expect-error what the schema makes is a number
  run: async ({ n }) => n.toUpperCase(),
})

// without generated types a name is any text, with any payload

await schedule({ task: 'SendEmail', payload: { to: 'a' } })

export { charged, length, result, wrong }
