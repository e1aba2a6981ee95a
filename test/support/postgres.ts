import pg from 'pg'
import type { TestProject } from 'vitest/node'
import { migrate } from '../../background/migrate.ts'
import { startServerWith } from './server.ts'

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

/** One PostgreSQL for the whole run. */
export default async function startPostgres(project: TestProject): Promise<() => Promise<void>> {
  const { url, directory, end } = await startServerWith(SETTINGS)
  try {
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
