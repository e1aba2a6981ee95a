import type { Stage } from '../stage.ts'
import { type Fault, pass } from './fault.ts'

/** Power is gone for one process. Somebody starts it again. */
const kill: Fault = {
  name: 'kill',
  aim: 'worker',
  lasts: [0, 0],
  strike: async (stage, target) => stage.actor(target).member.signal('SIGKILL'),
}

const killProducer: Fault = { ...kill, name: 'kill-producer', aim: 'producer' }

/** A deployment: the process is asked to end, gives back what it can, and another one comes. */
const redeploy: Fault = {
  name: 'redeploy',
  aim: 'worker',
  lasts: [0, 0],
  strike: async (stage, target) => stage.actor(target).member.signal('SIGTERM'),
}

/** Longer than a lease: others take over, and the process that goes on has to notice. */
const halt: Fault = { name: 'halt', aim: 'worker', lasts: [9_000, 16_000], strike: halted }

/** Shorter than a lease: nobody may notice. */
const haltBriefly: Fault = { name: 'halt-briefly', aim: 'worker', lasts: [500, 4_000], strike: halted }

async function halted(stage: Stage, target: string, ms: number): Promise<void> {
  const { member } = stage.actor(target)
  member.signal('SIGSTOP')
  await pass(ms)
  member.signal('SIGCONT')
}

export const FAULTS_OF_PROCESSES = [kill, killProducer, redeploy, halt, haltBriefly]
