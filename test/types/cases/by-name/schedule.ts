import { Background, type Tasks } from '@kretes/background'

const { schedule } = Background

await schedule({ task: 'SendEmail', payload: { to: 'a', subject: 'b' }, in: '10m' })
await schedule({ task: 'Ping' })
await schedule({ task: 'billing/ChargeCard', payload: { cents: 1 } })
await schedule({ task: 'SendReport', payload: { userId: 1 } })
await schedule({ task: 'Plain', payload: { anything: true } })
// @ts-expect-error no such task
await schedule({ task: 'SendEmial', payload: { to: 'a', subject: 'b' } })
// @ts-expect-error a property is missing
await schedule({ task: 'SendEmail', payload: { to: 'a' } })
// @ts-expect-error the payload is missing
await schedule({ task: 'SendEmail' })
// @ts-expect-error it takes none
await schedule({ task: 'Ping', payload: { a: 1 } })
await schedule({
  task: 'billing/ChargeCard',
  payload: {
    // @ts-expect-error a wrong type, told at the property
    cents: '1',
  },
})
// @ts-expect-error a Date in what may be anything
await schedule({ task: 'SendReport', payload: { userId: 1, at: new Date() } })

const names: (keyof Tasks)[] = ['SendEmail', 'SendReport', 'Ping', 'Plain', 'billing/ChargeCard']
export { names }
