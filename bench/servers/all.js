import { startPostgres, sweepPostgres } from './postgres.js'
import { startRedis, sweepRedis } from './redis.js'
import { openWorkspace } from './workspace.js'

/** Runs `work` with `{ postgres, redis }`, and stops and removes them whatever happens. */
export async function withServers(work) {
  const workspace = await openWorkspace(sweep)
  const servers = {}
  try {
    servers.postgres = await startPostgres(workspace.directory)
    servers.redis = await startRedis(workspace.directory)
    return await work(servers)
  } finally {
    await servers.redis?.stop()
    await servers.postgres?.stop()
    await workspace.close()
  }
}

async function sweep(directory) {
  await sweepPostgres(directory)
  await sweepRedis(directory)
}
