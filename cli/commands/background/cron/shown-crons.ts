import { type CronInfo, masked, type Operator } from '../../../../background/operator.ts'

/** Cron entries as a terminal may show them: their payloads without secrets. */
export async function shownCrons(crons: readonly CronInfo[], operator: Operator): Promise<CronInfo[]> {
  const secrets = await operator.secretsIn(crons.map(({ task }) => task))
  return crons.map(cron => ({ ...cron, payload: masked(cron.task, cron.payload, secrets) }))
}
