import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { urlOf } from '../../framework/postgres/announcement.ts'
import { prepareCluster } from '../../framework/postgres/cluster.ts'
import { createData, type Settings } from '../../framework/postgres/data.ts'
import { startServer } from '../../framework/postgres/server.ts'

/** A PostgreSQL in a folder of its own. */
export interface TestServer {
  /** Its maintenance database, as its superuser. */
  readonly url: string
  readonly directory: string
  /** Stops it and removes its folder. */
  end(): Promise<void>
}

/** Starts one. `KRETES_TEST_POSTGRES` names the `native` folder of another version's programs. */
export async function startServerWith(settings: Settings): Promise<TestServer> {
  const directory = await mkdtemp(join(tmpdir(), 'kretes-test-'))
  const end = endWithThisProcess(directory)
  try {
    const cluster = await prepareCluster(directory, process.env.KRETES_TEST_POSTGRES)
    await createData(cluster, settings)
    await startServer(cluster)
    return { url: urlOf(cluster, 'postgres'), directory, end }
  } catch (error) {
    await end()
    throw error
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
