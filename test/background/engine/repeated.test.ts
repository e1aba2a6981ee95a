import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Connection } from '../../../framework/connection.ts'
import type { Call } from '../../../framework/executor.ts'
import { DEEDS, type Deed } from '../../support/deeds.ts'
import { openTransaction } from '../../support/open-transaction.ts'
import { useStage } from '../../support/stage.ts'

const { engine, stage } = useStage()

const UNIQUE_VIOLATION = '23505'

/** They find on purpose that there is nothing to do. */
const IDLE = ['heartbeat, as the dead', 'enqueue what may wait already']

const TWICE = {
  nothing: 'done once: the second time changes nothing',
  refused: 'done once: the second time is refused, because a claim has been made under that id',
  more: 'done twice, which is why it is not done again unless that is wanted',
}

describe.each(Object.entries(DEEDS))('%s', (name, deed) => {
  test('did not happen when the process dies before the commit, and keeps nobody from doing it', async () => {
    const before = await stage().state()
    await dieDoing(deed)
    expect(await stage().state()).toEqual(before)
    await deed.do(engine().db)
    const after = await stage().state()
    if (IDLE.includes(name)) expect(after).toEqual(before)
    else expect(after).not.toEqual(before)
  })

  test(`said twice, because the answer was lost, is ${TWICE[deed.twice ?? 'nothing']}`, async () => {
    await deed.do(engine().db)
    const once = await stage().state()
    const again = deed.do(engine().db)
    if (deed.twice === 'refused') await expect(again).rejects.toMatchObject({ code: UNIQUE_VIOLATION })
    else await again
    const twice = await stage().state()
    if (deed.twice === 'more') expect(twice).not.toEqual(once)
    else expect(twice).toEqual(once)
  })
})

test('every verb of the engine that writes is among them', () => {
  const folder = 'background/engine'
  const writes =
    /\b(insert into|update background|delete from|perform|truncate)\b|select background\.(?!settled)/
  const verbs = readdirSync(folder).filter(file => writes.test(readFileSync(`${folder}/${file}`, 'utf8')))
  const table = readFileSync('test/support/deeds.ts', 'utf8')
  expect(verbs.filter(file => !table.includes(`engine/${file}'`))).toEqual(NO_VERBS)
})

/** Parts of statements, and what only tests do. */
const NO_VERBS = ['clear.ts', 'closing.ts', 'taken-back.ts', 'travel.ts', 'unlocked.ts']

/** Its statements are sent and answered, and then the connection breaks. */
async function dieDoing({ do: deed }: Deed): Promise<void> {
  const { executor, die } = await openTransaction(engine().url)
  const runTogether = async (calls: readonly Call[]) => {
    const answers = []
    for (const call of calls) answers.push(await executor.run(...call))
    return answers
  }
  await deed({ ...executor, runTogether } as unknown as Connection)
  await die()
}
