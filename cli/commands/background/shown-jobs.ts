import {
  type AttemptLog,
  type Job,
  maskedJob,
  maskedLogs,
  type Operator,
  type Secrets,
} from '../../../background/operator.ts'

/** Jobs as a terminal may show them: without their secrets. */
export async function shownJobs(jobs: readonly Job[], operator: Operator): Promise<Job[]> {
  const secrets = await operator.secretsIn(jobs.map(({ task }) => task))
  return jobs.map(job => maskedJob(job, secrets))
}

/** One job. */
export async function shownJob(job: Job, operator: Operator): Promise<Job> {
  return maskedJob(job, await operator.secretsIn([job.task]))
}

/** What the attempts of a job have logged, likewise. */
export function shownLogs(
  { task, payload }: Job,
  logs: readonly AttemptLog[],
  secrets: Secrets,
): AttemptLog[] {
  return maskedLogs({ task, payload: JSON.stringify(payload) }, logs, secrets)
}
