import { expect, onTestFinished, test } from 'vitest'
import { LoopDelay } from '../../../background/worker/loop-delay.ts'

const block = (ms: number) => {
  for (const since = performance.now(); performance.now() - since < ms; );
}
const pass = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))

test('a delay is taken once, also by whoever is the first to be called when it is over', async () => {
  const delay = new LoopDelay()
  onTestFinished(() => delay.stop())
  for (let round = 0; round < 10; round++) {
    // it takes a look to see that nothing is held up
    await pass(50)
    await delay.take()
    await pass(50)
    const asked = new Promise<number>(resolve => setTimeout(() => resolve(delay.take()), 1))
    block(90)
    const taken = await asked
    expect(taken, `round ${round}`).toBeGreaterThan(60)
    expect(await delay.take(), `round ${round}`).toBeLessThan(taken)
  }
})
