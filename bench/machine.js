import { execFileSync } from 'node:child_process'
import os from 'node:os'

/** What the numbers depend on besides the code. */
export function machine() {
  const cpus = os.cpus()
  return {
    processor: cpus[0]?.model.trim() ?? 'unknown',
    cores: cpus.length,
    memoryGB: Math.round(os.totalmem() / 2 ** 30),
    system: `${os.type()} ${os.release()}`,
    node: process.version,
    commit: commit(),
    load: os.loadavg()[0],
  }
}

function commit() {
  const git = (...args) =>
    execFileSync('git', args, { encoding: 'utf8', stdio: 'pipe', cwd: import.meta.dirname }).trim()
  try {
    return git('rev-parse', '--short', 'HEAD') + (git('status', '--porcelain') === '' ? '' : ' with changes')
  } catch {
    return 'unknown'
  }
}
