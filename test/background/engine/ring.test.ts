import { expect, onTestFinished, test } from 'vitest'
import { CHANNEL, ring } from '../../../background/engine/ring.ts'
import { Connection } from '../../../framework/connection.ts'
import { useEngine } from '../../support/engine.ts'
import { eventually } from '../../support/eventually.ts'

const engine = useEngine()

/** Everything that somebody who listens has heard. */
async function ear(): Promise<string[]> {
  const heard: string[] = []
  const { url } = engine()
  const connection = new Connection({
    url,
    name: 'ear',
    listen: CHANNEL,
    onNotification: what => heard.push(what),
  })
  onTestFinished(() => connection.close())
  await connection.open()
  return heard
}

test('whoever listens hears what is rung for', async () => {
  const ears = [await ear(), await ear()]
  await ring(engine().db, 'free queued')
  await ring(engine().db)
  await eventually(() => ears.every(heard => heard.length === 2))
  expect(ears).toEqual([
    ['free queued', ''],
    ['free queued', ''],
  ])
})

test('a ring does not wait for the disk, and only itself', async () => {
  const { db } = engine()
  await db.run({ name: '', text: 'begin' }, [])
  await ring(db)
  expect(await db.run({ name: '', text: 'show synchronous_commit' }, [])).toEqual([['off']])
  await db.run({ name: '', text: 'rollback' }, [])
  expect(await db.run({ name: '', text: 'show synchronous_commit' }, [])).toEqual([['on']])
})
