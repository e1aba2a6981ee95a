import { onTestFinished } from 'vitest'
import { CHANNEL } from '../../background/engine/ring.ts'
import { Connection } from '../../framework/connection.ts'
import type { Engine } from './engine.ts'
import { eventually } from './eventually.ts'

/** Listens as a worker does, until the test ends. */
export async function hearing(
  engine: Engine,
): Promise<{ until(heard: (rings: string[]) => boolean): Promise<unknown> }> {
  const rings: string[] = []
  const ear = new Connection({
    ...{ url: engine.url, name: 'ear', listen: CHANNEL, onNotification: what => void rings.push(what) },
  })
  onTestFinished(() => ear.close())
  await ear.open()
  return { until: heard => eventually(() => heard(rings)) }
}
