import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '../../dist/framework/postgres/free-port.js'
import { isAlive } from './workspace.js'

export const SETTINGS =
  'its default configuration: appendonly no, a snapshot after 10,000 changes in a minute'

/** Starts a Redis of its own in `workspace`; undefined when none is installed. */
export async function startRedis(workspace) {
  const version = spawnSync('redis-server', ['--version'], { encoding: 'utf8' }).stdout?.match(
    /v=([\d.]+)/,
  )?.[1]
  if (version === undefined) return undefined
  const directory = join(workspace, 'redis')
  await mkdir(directory, { recursive: true })
  const port = await freePort()
  const options = ['--port', port, '--bind', '127.0.0.1', '--dir', directory, '--logfile', 'redis.log']
  // detached: a Ctrl-C is for us to handle, the server is stopped when those who use it have gone
  const server = spawn('redis-server', options.map(String), { stdio: 'ignore', detached: true })
  await writeFile(pidFile(workspace), String(server.pid))
  await answering(port)
  return {
    description: `Redis ${version} with ${SETTINGS}`,
    target: { host: '127.0.0.1', port, pid: server.pid },
    reset: () => command(port, 'FLUSHALL'),
    async stop() {
      server.kill('SIGTERM')
      if (server.exitCode === null) await once(server, 'exit')
    },
  }
}

/** Stops the server that a killed run has left in `workspace`. */
export async function sweepRedis(workspace) {
  const pid = Number(await readFile(pidFile(workspace), 'utf8').catch(() => 0))
  if (!pid) return
  const program = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '')
  if (!program.startsWith('redis-server')) return
  process.kill(pid, 'SIGTERM')
  while (isAlive(pid)) await sleep(10)
}

function pidFile(workspace) {
  return join(workspace, 'redis.pid')
}

async function answering(port) {
  for (let attempt = 1; ; attempt++) {
    const answer = await command(port, 'PING').catch(error => error)
    if (answer === '+PONG') return
    if (attempt === 200) throw new Error(`redis-server does not answer: ${answer?.message ?? answer}`)
    await sleep(25)
  }
}

/** Redis takes commands as plain lines, too. */
async function command(port, line) {
  const socket = connect(port, '127.0.0.1')
  try {
    await once(socket, 'connect')
    socket.write(`${line}\r\n`)
    const [answer] = await once(socket, 'data')
    return answer.toString().trim()
  } finally {
    socket.destroy()
  }
}
