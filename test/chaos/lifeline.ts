import { type ChildProcess, spawn } from 'node:child_process'
import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { PID_FILE } from './server/pooler.ts'

const PIDS = 'crew.pids'

/** Ends the servers and the pooler, and lets halted processes of the crew go on to their own end. */
const LAST_WILL = `
  cat
  for pids in disk/*/data/postmaster.pid; do [ -e "$pids" ] && kill -QUIT "$(head -n 1 "$pids")"; done
  for pids in */${PID_FILE}; do [ -e "$pids" ] && kill -KILL "$(cat "$pids")"; done
  for pid in $(cat ${PIDS}); do kill -CONT "$pid"; done
  umount -l disk`

/** However this process ends, nothing that it started below `directory` stays behind. */
export function holdLifeline(directory: string): void {
  heirOf(directory).unref()
}

/** Who is told to end exits as ever, so that what it holds is let go of. */
export function exitOnSignals(): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(130))
}

/** A process that outlives this one, and carries out its last will when it is gone, or closes the heir's stdin. */
export function heirOf(directory: string): ChildProcess {
  return spawn('sh', ['-c', LAST_WILL], {
    cwd: directory,
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  })
}

/** A process of the crew, for the heir to know. It ends by itself when it can. */
export function remember(directory: string, pid: number): void {
  appendFileSync(join(directory, PIDS), `${pid}\n`)
}
