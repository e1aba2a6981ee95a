import { closeSync, fstatSync, openSync } from 'node:fs'
import { readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { monotonic, sleep } from '../clock.ts'
import { KretesError, messageOf } from '../errors.ts'
import { announcementOf, isServed, pidFileOf } from './announcement.ts'
import { claim, passOn } from './claim.ts'
import { type Cluster, claimOf, dataOf, giveTo, hereFor, logOf } from './cluster.ts'
import { type CommandOptions, run } from './command.ts'
import { refuseOtherMajor } from './data.ts'
import { freePort } from './free-port.ts'

const LOG_LIMIT_BYTES = 1_000_000
const LOG_LINES_IN_ERROR = 12
const STOP_PATIENCE_MS = 60_000
const FAREWELL_MS = 1_000
const PORTS_TO_TRY = 5

/**
 * Starts the server of `cluster` in a session of its own: no Ctrl-C and no kill of this process reaches it.
 * It gets its last port again, or another one when that is taken. Whoever calls has seen that it is not served.
 *
 * @throws KretesError `POSTGRES_START_FAILED` with the last lines of its log.
 */
export async function startServer(cluster: Cluster): Promise<void> {
  await refuseOtherMajor(cluster)
  await takeOver(cluster)
  let port = (await lastPortOf(cluster)) ?? (await freePort())
  for (let attempt = 1; ; attempt++) {
    const complaint = await launch(cluster, port)
    if (complaint === undefined) return
    if (attempt === PORTS_TO_TRY || !/could not create any TCP/.test(complaint))
      throw failed(cluster, complaint)
    port = await freePort()
  }
}

/** Stops the server of `cluster` in order, ending what its clients have under way. */
export async function stopServer(cluster: Cluster): Promise<void> {
  const deadline = monotonic() + STOP_PATIENCE_MS
  await control(cluster, ['stop', '--mode=fast', '--no-wait'])
  while (announcementOf(cluster)) {
    if (monotonic() > deadline) throw stillRunning(cluster)
    await sleep(5)
  }
  await farewell(cluster)
}

/** All is written when the announcement is gone; the processes themselves take a moment more. */
async function farewell(cluster: Cluster): Promise<void> {
  const deadline = monotonic() + FAREWELL_MS
  while (monotonic() < deadline && (await isServed(cluster))) await sleep(2)
}

/** Puts aside what is left of the last server. PostgreSQL itself cannot tell a stale pid that another process has now. */
async function takeOver(cluster: Cluster): Promise<void> {
  const { account } = cluster
  const { uid } = await stat(dataOf(cluster))
  if (account && uid !== account.uid) {
    await run('chown', ['-R', `${account.uid}:${account.gid}`, dataOf(cluster)], { as: undefined })
  }
  await rm(pidFileOf(cluster), { force: true })
  const log = await stat(logOf(cluster)).catch(() => undefined)
  if (log && log.size > LOG_LIMIT_BYTES) await rename(logOf(cluster), `${logOf(cluster)}.1`)
}

/** Undefined: it is ready. Otherwise what was said about why it is not. */
async function launch(cluster: Cluster, port: number): Promise<string | undefined> {
  const log = openSync(logOf(cluster), 'a', 0o600)
  const claimed = await claim(claimOf(cluster))
  const before = fstatSync(log).size
  const over = new AbortController()
  try {
    await giveTo(cluster.account, logOf(cluster))
    const start = ['start', '--wait', `--options=-p ${port}`]
    const started = control(cluster, start, {
      files: [log, log, ...claimed.descriptors],
      signal: over.signal,
    })
    // pg_ctl knows when it is in vain, but looks for success only ten times a second
    await Promise.race([started, ready(cluster, over.signal)])
    await passOn(claimOf(cluster), announcementOf(cluster)?.pid ?? 0)
    return undefined
  } catch (error) {
    const said = (await readFile(logOf(cluster))).subarray(before).toString().trim()
    return said.split('\n').slice(-LOG_LINES_IN_ERROR).join('\n') || messageOf(error)
  } finally {
    over.abort()
    closeSync(log)
    claimed.release()
  }
}

async function ready(cluster: Cluster, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && announcementOf(cluster)?.status !== 'ready') await sleep(5, signal)
}

async function control(
  cluster: Cluster,
  args: readonly string[],
  options: Pick<CommandOptions, 'files' | 'signal'> = {},
): Promise<void> {
  const { native } = await cluster.binaries()
  const program = join(native, 'bin', 'pg_ctl')
  const here = { as: cluster.account, cwd: dataOf(cluster) }
  await run(program, [...args, '--silent', `--pgdata=${hereFor(cluster)}`], { ...here, ...options })
}

/** PostgreSQL keeps its last command line: people's bookmarks stay good, and a member's URL survives a restart. */
async function lastPortOf(cluster: Cluster): Promise<number | undefined> {
  const options = await readFile(join(dataOf(cluster), 'postmaster.opts'), 'utf8').catch(() => '')
  const port = options.match(/"-p" "(\d+)"/)?.[1]
  return port === undefined ? undefined : Number(port)
}

function failed(cluster: Cluster, complaint: string): KretesError {
  return new KretesError(`the PostgreSQL for development does not start:\n${complaint}`, {
    code: 'POSTGRES_START_FAILED',
    hint: `all of its log is in ${logOf(cluster)}`,
  })
}

function stillRunning(cluster: Cluster): KretesError {
  const { pid } = announcementOf(cluster) ?? {}
  return new KretesError(`the PostgreSQL for development (pid ${pid}) has not stopped within a minute`, {
    code: 'POSTGRES_STOP_FAILED',
    hint: `see what it is doing in ${logOf(cluster)}`,
  })
}
