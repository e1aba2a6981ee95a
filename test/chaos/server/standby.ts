import { appendFile, mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { dataOf, giveTo } from '../../../framework/postgres/cluster.ts'
import { run } from '../../../framework/postgres/command.ts'
import { pass } from '../faults/fault.ts'
import { Postgres } from './postgres.ts'

/** What a copy must not have: it would be taken for a server that runs, and gets its log from the other one. */
const NOT_COPIED = ['postmaster.pid', 'postmaster.opts', 'pg_wal']
const CAUGHT_UP_MS = 20_000

/**
 * A second server that follows the first by way of `port`, made as a base backup is, by hand: the programs for tests lack
 * pg_basebackup.
 */
export async function followerOf(
  primary: Postgres,
  directory: string,
  native?: string,
  port = primary.port,
): Promise<Postgres> {
  await rm(directory, { recursive: true, force: true })
  const standby = await Postgres.at(directory, native)
  const data = dataOf(standby.cluster)
  const label = await copied(primary, data)
  await writeFile(join(data, 'backup_label'), label)
  await writeFile(join(data, 'standby.signal'), '')
  await appendFile(join(data, 'postgresql.conf'), `\nprimary_conninfo = '${primary.url(port, 'postgres')}'\n`)
  const own = ['pg_wal', 'backup_label', 'standby.signal'].map(name => join(data, name))
  await giveTo(standby.cluster.account, ...own)
  await standby.start()
  await follows(primary)
  return standby
}

/** Copies the files of a server that goes on working; answers with what tells the copy from where to recover. */
async function copied(primary: Postgres, data: string): Promise<string> {
  const session = new pg.Client(primary.url())
  await session.connect()
  try {
    const { rows } = await session.query<{ major: number }>(
      `select current_setting('server_version_num')::int / 10000 as major`,
    )
    const isNew = (rows[0]?.major ?? 0) >= 15
    await session.query(
      isNew ? `select pg_backup_start('copy', true)` : `select pg_start_backup('copy', true, false)`,
    )
    await copyFiles(dataOf(primary.cluster), data)
    const stop = isNew ? 'pg_backup_stop()' : 'pg_stop_backup(false, false)'
    const { rows: labels } = await session.query<{ labelfile: string }>(`select labelfile from ${stop}`)
    return labels[0]?.labelfile as string
  } finally {
    await session.end()
  }
}

/** Files that go away while they are copied are no loss: the log has them. */
async function copyFiles(from: string, to: string): Promise<void> {
  await run('cp', ['-a', from, to], { as: undefined }).catch(() => {})
  await Promise.all(NOT_COPIED.map(name => rm(join(to, name), { recursive: true, force: true })))
  await mkdir(join(to, 'pg_wal'), { mode: 0o700 })
}

async function follows(primary: Postgres): Promise<void> {
  const deadline = performance.now() + CAUGHT_UP_MS
  for (;;) {
    const [standby] = await primary.ask<{ state: string }>('select state from pg_stat_replication')
    if (standby?.state === 'streaming') return
    if (performance.now() > deadline) throw new Error('the standby does not follow')
    await pass(100)
  }
}
