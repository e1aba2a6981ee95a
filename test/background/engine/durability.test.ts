import { expect, test } from 'vitest'
import { DEEDS } from '../../support/deeds.ts'
import { callsOf } from '../../support/engine-plans.ts'
import { useStage } from '../../support/stage.ts'

const { engine } = useStage()

const DURABILITY = { name: '', text: `select current_setting('synchronous_commit')` }

/** What the server may forget when it crashes: a lease that ends early. */
const MAY_BE_FORGOTTEN = ['heartbeat', 'heartbeat, as the dead']

/** Refused, or without a statement of their own. */
const SILENT = ['claim, as the dead']

test.each(Object.entries(DEEDS).filter(([name]) => !SILENT.includes(name)))(
  '%s waits for the disk unless it may be forgotten',
  async (name, deed) => {
    const calls = await callsOf(deed.do)
    const answers = await engine().db.runTogether([...calls, [DURABILITY, []]])
    expect(answers.at(-1)).toEqual([[MAY_BE_FORGOTTEN.includes(name) ? 'off' : 'on']])
  },
)
