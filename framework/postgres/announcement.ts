import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { claimState } from './claim.ts'
import { type Cluster, claimOf, dataOf, passwordFileOf, SUPERUSER } from './cluster.ts'

/** What the server says about itself in `postmaster.pid`. */
interface Announcement {
  readonly pid: number
  readonly port: number
  readonly status: string
}

/** What the last server of this data has announced, be it alive or not; undefined after an orderly end. */
export function announcementOf(cluster: Cluster): Announcement | undefined {
  try {
    const [pid, , , port, , , , status = ''] = readFileSync(pidFileOf(cluster), 'utf8').split('\n')
    return { pid: Number(pid), port: Number(port), status: status.trim() }
  } catch {
    return undefined
  }
}

/** Whether any process of a server uses the data at this moment, also from within another container. */
export async function isServed(cluster: Cluster): Promise<boolean> {
  return (await claimState(claimOf(cluster))) === 'held'
}

/** Connection string of `database`. TLS is off by name, so that a `PGSSLMODE` of the user does not ask for it. */
export function urlOf(cluster: Cluster, database: string): string {
  const password = readFileSync(passwordFileOf(cluster), 'utf8')
  const port = announcementOf(cluster)?.port
  return `postgres://${SUPERUSER}:${password}@127.0.0.1:${port}/${database}?sslmode=disable`
}

/** Written by PostgreSQL when it starts, removed when it has ended in order. */
export function pidFileOf(cluster: Cluster): string {
  return join(dataOf(cluster), 'postmaster.pid')
}
