import { SERIAL_QUEUES } from '../crew/order.ts'
import { type Fault, pass } from './fault.ts'

/** A task that computes for a while without giving way: the lease must not be lost. */
const block: Fault = {
  name: 'block',
  aim: 'worker',
  lasts: [4_000, 12_000],
  strike: async (stage, _, ms) => {
    stage.order({ task: 'Block', ms })
    await pass(ms)
  },
}

const FOUND_WITHIN_MS = 10_000
const LONGER_MS = 2_500

/**
 * A task computes while its worker is cut off for longer than a lease: it cannot be told to stop, and the first thing its
 * worker says when it can is how a job ended that others have by now. Whoever gets the job is the one.
 */
const strand: Fault = {
  name: 'strand',
  aim: 'database',
  lasts: [8_500, 10_000],
  strike: async (stage, _, ms) => {
    const actor = await stage.orderCalling({ task: 'Block', ms: ms + LONGER_MS }, FOUND_WITHIN_MS)
    actor?.wire.hold()
    await pass(ms)
    actor?.wire.heal()
  },
}

/** Who has the only job of a queue that may run is cut off: it has to stop before another one gets it. */
const maroon: Fault = {
  name: 'maroon',
  aim: 'database',
  lasts: [12_000, 14_000],
  strike: async (stage, _, ms) => {
    const actor = await stage.orderCalling({ task: 'Work', ms, queue: 'serial-1' }, FOUND_WITHIN_MS)
    actor?.wire.freeze()
    await pass(ms)
    actor?.wire.heal()
  },
}

/** A task whose promise nobody keeps, at the head of a queue: its timeout ends it. */
const hang: Fault = {
  name: 'hang',
  aim: 'worker',
  lasts: [0, 0],
  strike: async stage => stage.order({ task: 'Hang', ms: 0, queue: SERIAL_QUEUES[0] as string }),
}

/** A job that kills every process that runs it, until it is found out. */
const poison: Fault = {
  name: 'poison',
  aim: 'worker',
  lasts: [0, 0],
  strike: async stage => stage.order({ task: 'Kill', ms: 0 }),
}

export const FAULTS_OF_TASKS = [block, strand, maroon, hang, poison]
