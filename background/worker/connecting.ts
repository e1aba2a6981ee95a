import { Connection } from '../../framework/connection.ts'
import type { Executor } from '../../framework/executor.ts'
import { lineage } from '../engine/lineage.ts'
import { ENGINE_SESSION } from '../engine/session.ts'

/**
 * How a worker connects. When another server has taken over, that one may not know of the last outcomes: it believes
 * jobs to be running that are done here, and a claim that is closed there would lose them. So nothing that was to be said
 * in the life before is said to it: `onTakenOver` ends that life, and with its lease the jobs run again.
 */
export function connecting(url: string | undefined, onTakenOver: () => void): (name: string) => Connection {
  /** The history that the present life is on. */
  let ours: string | undefined
  return name => {
    /** The one that the last session was on. */
    let seen: string | undefined
    const greet = async (run: Executor['run']) => {
      const before = seen
      seen = (await lineage({ run })) ?? before
      ours ??= seen
      if (before === undefined || seen === before) return
      const isNews = ours !== seen
      ours = seen
      if (isNews) onTakenOver()
      throw new Error('another server has taken over, which may not know of all that was reported')
    }
    return new Connection({ url, settings: ENGINE_SESSION, name: `kretes background ${name}`, greet })
  }
}
