import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import type { TestProject } from 'vitest/node'
import { migrate } from '../../background/migrate.ts'
import { urlOf } from '../../framework/postgres/announcement.ts'
import { prepareCluster } from '../../framework/postgres/cluster.ts'
import { createData } from '../../framework/postgres/data.ts'
import { startServer } from '../../framework/postgres/server.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** The server of this run, as its superuser. */
    readonly postgresUrl: string
    /** Has our schema and nothing else; `freshDatabase` clones it. */
    readonly templateDatabase: string
    /** A folder that is removed at the end of this run, for what several files share. */
    readonly runDirectory: string
  }
}

const TEMPLATE = 'template_background'

/** Nothing outlives the run, so nothing has to survive a power failure. */
const SETTINGS = { fsync: 'off', max_connections: 300 }

/**
 * One PostgreSQL for the whole run, in a folder of its own. `KRETES_TEST_POSTGRES` names the `native` folder
 * of another version's programs.
 */
export default async function startPostgres(project: TestProject): Promise<() => Promise<void>> {
  const directory = await mkdtemp(join(tmpdir(), 'kretes-test-'))
  const end = endWithThisProcess(directory)
  try {
    const cluster = await prepareCluster(directory, process.env.KRETES_TEST_POSTGRES)
    await createData(cluster, SETTINGS)
    await startServer(cluster)
    const url = urlOf(cluster, 'postgres')
    await createTemplate(url)
    project.provide('postgresUrl', url)
    project.provide('templateDatabase', TEMPLATE)
    project.provide('runDirectory', directory)
    return end
  } catch (error) {
    await end()
    throw error
  }
}

async function createTemplate(url: string): Promise<void> {
  const admin = new pg.Client(url)
  await admin.connect()
  try {
    await admin.query(`create database ${TEMPLATE}`)
    await migrate(url.replace('/postgres?', `/${TEMPLATE}?`))
    // a connection to it, such as a forgotten one, would make cloning fail
    await admin.query(`alter database ${TEMPLATE} allow_connections false`)
  } finally {
    await admin.end()
  }
}

/** Waits for the end of its input, which comes with the end of this process, also when that is killed. */
const WATCHER = `
  cat
  kill -QUIT "$(head -n 1 data/postmaster.pid)"
  tries=0
  while [ -e data/postmaster.pid ] && [ $tries -lt 100 ]; do sleep 0.1; tries=$((tries + 1)); done
  cd / && rm -rf "$1"`

/** Stops the server in `directory` and removes it: when the answered function is called, or when this process dies. */
function endWithThisProcess(directory: string): () => Promise<void> {
  const watcher = spawn('sh', ['-c', WATCHER, 'watcher', directory], {
    cwd: directory,
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  })
  watcher.unref()
  return async () => {
    watcher.ref()
    watcher.stdin.end()
    await once(watcher, 'close')
  }
}
