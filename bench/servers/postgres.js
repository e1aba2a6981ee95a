import { existsSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { announcementOf, isServed, urlOf } from '../../dist/framework/postgres/announcement.js'
import { prepareCluster } from '../../dist/framework/postgres/cluster.js'
import { createData } from '../../dist/framework/postgres/data.js'
import { startServer, stopServer } from '../../dist/framework/postgres/server.js'

/**
 * Everything else is as PostgreSQL has it: in particular fsync, synchronous_commit, full_page_writes and
 * autovacuum are on. A large max_wal_size keeps checkpoints, which come when they please, out of short phases.
 */
export const SETTINGS = {
  shared_buffers: '512MB',
  max_wal_size: '8GB',
  min_wal_size: '80MB',
  max_connections: 200,
}
const DATABASE = 'bench'

/** Starts a PostgreSQL of its own in `workspace`. */
export async function startPostgres(workspace) {
  const cluster = await prepareCluster(join(workspace, 'postgres'))
  await createData(cluster, SETTINGS)
  await startServer(cluster)
  const admin = new pg.Client(urlOf(cluster, 'postgres'))
  await admin.connect()
  await admin.query('create extension pg_walinspect')
  const { rows } = await admin.query('show server_version')
  return {
    version: rows[0].server_version,
    target: {
      url: urlOf(cluster, DATABASE),
      adminUrl: urlOf(cluster, 'postgres'),
      pid: announcementOf(cluster).pid,
    },
    /** An empty database, and no dirty page of the one before. */
    async reset() {
      await admin.query(`drop database if exists ${DATABASE} with (force)`)
      await admin.query('checkpoint')
      await admin.query(`create database ${DATABASE}`)
    },
    async stop() {
      await admin.end()
      await stopServer(cluster)
    },
  }
}

/** Stops the server that a killed run has left in `workspace`. */
export async function sweepPostgres(workspace) {
  const directory = join(workspace, 'postgres')
  if (!existsSync(join(directory, 'data'))) return
  const cluster = await prepareCluster(directory)
  if (await isServed(cluster)) await stopServer(cluster)
}
