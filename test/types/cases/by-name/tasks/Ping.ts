import { Background } from '@kretes/background'

/** Schedules itself and another task, both by name. */
export async function Ping() {
  await Background.schedule({ task: 'Ping', in: '1m' })
  await Background.schedule({ task: 'billing/ChargeCard', payload: { cents: 1 } })
  return 1
}
