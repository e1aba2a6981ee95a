import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const PROGRAM = fileURLToPath(new URL('./attempt.js', import.meta.url))
/** Beside its measured phase, for which it keeps the time itself, an attempt may take so long to fill the queue. */
const PATIENCE_MS = 15 * 60_000
const LAST_WORDS = 2_000

/**
 * One case with one contestant, in a process of its own and on an empty server. Never rejects: what went wrong is
 * a result, too. `status`: 'ok', 'timeout' (values are those up to then) or 'failed' (`note` says why).
 */
export async function playRound({ scene, contestant, server, options: { jobs, limit }, signal }) {
  await server.reset()
  const assignment = {
    scene: scene.name,
    contestant: contestant.file,
    variant: contestant.variant,
    server: { kind: contestant.server, target: server.target },
    ...{ jobs, limit },
  }
  const child = fork(PROGRAM, [JSON.stringify(assignment)], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] })
  const kill = () => child.kill('SIGKILL')
  const timer = setTimeout(kill, limit * 1_000 + PATIENCE_MS)
  signal.addEventListener('abort', kill, { once: true })
  let answer
  let said = ''
  child.on('message', message => {
    answer = message
  })
  child.stderr.on('data', data => {
    said = (said + data).slice(-LAST_WORDS)
  })
  const [code, reason] = await once(child, 'close')
  clearTimeout(timer)
  signal.removeEventListener('abort', kill)
  if (!answer) return { status: 'failed', note: `ended with ${reason ?? code}: ${said.trim()}` }
  const { failed, inTime, ...result } = answer
  return { status: failed ? 'failed' : inTime ? 'ok' : 'timeout', ...result }
}

/** Why `contestant` does not play `scene`; undefined when it does. */
export function excuse(scene, contestant, servers) {
  const missing = contestant.missing?.()
  if (missing) return missing
  if (!servers[contestant.server]) return `${contestant.server} is not installed`
  const need = scene.needs?.find(need => contestant.lacks[need])
  return need && contestant.lacks[need]
}
