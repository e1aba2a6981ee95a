import { existsSync } from 'node:fs'
import { monotonic, sleep } from '../clock.ts'
import { KretesError, messageOf } from '../errors.ts'
import { announcementOf, isServed, urlOf } from './announcement.ts'
import { type Cluster, claimOf, dataOf, lockOf } from './cluster.ts'
import { createData, sweep } from './data.ts'
import { withLock } from './lock.ts'
import { startServer } from './server.ts'
import { MAINTENANCE_DATABASE, Session } from './session.ts'

export interface Entrance {
  readonly session: Session
  /** Whether the server was started for this member. */
  readonly startedHere: boolean
}

/** A server that others start or stop at this moment answers within this time. */
export const PATIENCE_MS = 30_000

/**
 * Makes this process a member of the cluster's server, which is created and started when it has to be:
 * by one process, however many ask at the same time.
 */
export async function enter(cluster: Cluster, patience = PATIENCE_MS): Promise<Entrance> {
  const running = await joinRunning(cluster, patience)
  if (running) return { session: running, startedHere: false }

  return withLock(lockOf(cluster), async () => {
    // somebody else may have started it meanwhile, and somebody quick may join and stop what we have started
    for (let startedHere = false; ; startedHere = true) {
      const session = await joinRunning(cluster, patience)
      if (session) return { session, startedHere }
      await sweep(cluster)
      if (!existsSync(dataOf(cluster))) await createData(cluster)
      await startServer(cluster)
    }
  })
}

/** Undefined: no server runs. One that is just starting or stopping is waited for. */
async function joinRunning(cluster: Cluster, patience: number): Promise<Session | undefined> {
  const deadline = monotonic() + patience
  while (announcementOf(cluster)) {
    try {
      return await join(cluster)
    } catch (error) {
      if (!(await isServed(cluster)) && !isBusy(error)) return undefined
      if (monotonic() > deadline) throw unresponsive(cluster, error)
    }
    await sleep(20)
  }
  return undefined
}

/** A copy of the project has the same password and may have the port that a server of ours is just trying to get. */
async function join(cluster: Cluster): Promise<Session> {
  const session = await Session.join(urlOf(cluster, MAINTENANCE_DATABASE))
  if (session.server === announcementOf(cluster)?.pid) return session
  await session.end()
  throw new Error('another server answers there')
}

/** It answers, but is starting up or shutting down. */
function isBusy(error: unknown): boolean {
  return String((error as { code?: unknown }).code).startsWith('57P')
}

function unresponsive(cluster: Cluster, cause: unknown): KretesError {
  const { pid, port } = announcementOf(cluster) ?? {}
  return new KretesError(
    `a PostgreSQL server uses ${dataOf(cluster)} but cannot be reached at 127.0.0.1:${port}: ${messageOf(cause)}`,
    {
      code: 'POSTGRES_UNRESPONSIVE',
      hint: `if it runs in another container, share one database with DATABASE_URL; otherwise end it (pid ${pid}; ${claimOf(cluster)} is held)`,
      cause,
    },
  )
}
