import { BULK } from './api/bulk.ts'
import { CRON_ACTIONS } from './api/crons.ts'
import type { Endpoint } from './api/endpoint.ts'
import { JOB_ACTIONS } from './api/jobs.ts'
import { QUEUE_ACTIONS } from './api/queues.ts'
import { READINGS } from './api/read.ts'
import { WORKER_ACTIONS } from './api/workers.ts'

/** The whole API; see also `/api/events` and `/api/openapi.json`. */
export const ENDPOINTS = [
  ...READINGS,
  ...JOB_ACTIONS,
  ...BULK,
  ...QUEUE_ACTIONS,
  ...CRON_ACTIONS,
  ...WORKER_ACTIONS,
] as const satisfies readonly Endpoint[]

/** One of them. */
export type KnownEndpoint = (typeof ENDPOINTS)[number]
