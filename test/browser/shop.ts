import { z } from 'zod'
import type { Client } from '../../background/client/client.ts'
import { task } from '../../background/task.ts'

/** Tasks of a small shop, as many as the pages need. */
export const TASKS = {
  SendEmail: task({
    payload: z.object({ to: z.email(), subject: z.string().default('Welcome') }),
    queue: 'email',
    async run({ to }, { log }) {
      log.info(`sending to ${to}`)
      return { accepted: true }
    },
  }),
  ChargeCard: task({
    maxAttempts: 1,
    async run({ card }: { card: string }, { log }) {
      log.warn('asking the bank')
      if (card !== 'valid') throw new RangeError(`card ${card} was declined`)
    },
  }),
  ResizeImage: async ({ id }: { id: string }) => ({ id }),
}

/** Characters and numbers that something in between might change. */
export const HOSTILE =
  '{"big":9007199254740993,"html":"</script><img src=x onerror=alert(1)>","rtl":"a\\u202eb"}'

/** Some of everything, so that no page is empty. */
export async function furnish(client: Client): Promise<void> {
  for (let n = 1; n <= 12; n++)
    await client.schedule({
      task: 'SendEmail',
      payload: { to: `customer${n}@example.com`, subject: 'Your order has shipped' },
      tags: ['order'],
    })
  for (let n = 1; n <= 3; n++) await client.schedule({ task: 'ChargeCard', payload: { card: `4000-${n}` } })
  for (let n = 1; n <= 8; n++)
    await client.schedule({
      task: 'ResizeImage',
      payload: { id: `img_${n}` },
      runAt: new Date(Date.now() + n * 3_600_000),
    })
  for (let n = 1; n <= 4; n++)
    await client.schedule({ task: 'ResizeImage', payload: { id: `import_${n}` }, queue: 'imports' })
  await client.queues.pause('imports', { reason: 'the supplier changes its format', by: 'ann@example.com' })
  await client.crons.add({
    task: 'ResizeImage',
    name: 'thumbnails',
    expression: '0 3 * * *',
    timeZone: 'Europe/Warsaw',
  })
}
