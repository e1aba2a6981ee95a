import type { Wire } from '../wire/wire.ts'
import { type Fault, pass } from './fault.ts'

/** A fault of one process's wire. */
function fault(
  name: string,
  lasts: Fault['lasts'],
  disturb: (wire: Wire) => void,
  aim: 'worker' | 'producer' = 'worker',
): Fault {
  return {
    ...{ name, aim, lasts },
    strike: async (stage, target, ms) => {
      const { wire } = stage.actor(target)
      disturb(wire)
      await pass(ms)
      wire.heal()
    },
  }
}

export const FAULTS_OF_WIRES = [
  fault('delay', [5_000, 10_000], wire => wire.delay(1_000)),
  fault('throttle', [5_000, 10_000], wire => wire.throttle(20_000)),
  // half open, for longer than a lease
  fault('freeze', [4_000, 15_000], wire => wire.freeze()),
  // what was asked happens, and nobody hears of it
  fault('mute', [2_000, 12_000], wire => wire.mute()),
  // what was asked happens when others have the jobs long since
  fault('hold', [9_000, 14_000], wire => wire.hold()),
  fault('drop', [2_000, 6_000], wire => wire.dropAfter(700)),
  fault('reset', [0, 0], wire => wire.reset()),
  fault('refuse', [2_000, 12_000], wire => wire.refuse()),
  fault('freeze-producer', [2_000, 8_000], wire => wire.freeze(), 'producer'),
  fault('mute-producer', [1_000, 5_000], wire => wire.mute(), 'producer'),
  fault('drop-producer', [1_000, 5_000], wire => wire.dropAfter(500), 'producer'),
  fault('reset-producer', [0, 0], wire => wire.reset(), 'producer'),
]
