import { createRegistry } from '../../../background/operator.ts'
import { DevSession } from '../../dev/dev-session.ts'
import { Keyboard } from '../../dev/keyboard.ts'
import { logFormatOf } from '../../options.ts'
import { print } from '../../output.ts'
import { findProject } from '../../project.ts'
import { awaitInterruption } from '../../shutdown.ts'
import type { StartOptions } from './run-start.ts'

const KEYS = `
  r  start again, with everything read anew
  p  pause: take no more jobs, or take them again
  o  open the dashboard
  h  this help
  q  quit: let running jobs finish; again: give them back now
`

/** What `ks bg dev` does. */
export async function runDev(options: StartOptions): Promise<void> {
  const interruption = awaitInterruption()
  const keyboard = new Keyboard()
  let isOver = false
  void interruption.asked.then(() => {
    isOver = true
  })
  try {
    if (keyboard.isThere) print('  watching the tasks and what they import; h lists keys')
    let session: DevSession
    do {
      session = new DevSession(sessionOptions(options, interruption), createRegistry({}))
      keyboard.onPress(keyFor(session))
    } while ((await session.run()) && !isOver)
  } finally {
    keyboard.close()
    interruption.release()
  }
}

function sessionOptions(options: StartOptions, interruption: ReturnType<typeof awaitInterruption>) {
  const { concurrency, tasks, grace, verbose = false } = options
  const log = { format: logFormatOf(options) ?? 'pretty' } as const
  const readProject = () => findProject({ background: { concurrency, tasks, grace, worker: false }, log })
  return { verbose, json: log.format === 'json', interruption, readProject }
}

function keyFor(session: DevSession): (key: string) => void {
  const actions: Readonly<Record<string, () => void>> = {
    h: () => print(KEYS),
    r: () => session.startAgain('asked to'),
    p: () => session.togglePause(),
    o: () => void session.openDashboard(),
    '\r': () => print(''),
  }
  return key => actions[key]?.()
}
