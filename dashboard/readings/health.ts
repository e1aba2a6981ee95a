import { type Finding, MIGRATION_NAMES } from '../../background/operator.ts'
import type { Asked } from './asked.ts'

/** Whether the database answers and is as it should be. */
export interface HealthReading {
  /** The worst of the findings. */
  readonly status: Finding['status']
  readonly findings: readonly Finding[]
}

/** What `ks bg doctor` would find in the database; where that cannot be reached, the answer is an error. */
export async function readHealth({ client }: Asked): Promise<HealthReading> {
  const findings = await client.statistics.findings(MIGRATION_NAMES)
  const worst = (['problem', 'warning'] as const).find(status => findings.some(one => one.status === status))
  return { status: worst ?? 'ok', findings }
}
