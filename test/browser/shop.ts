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
  /** Runs until its worker stops. */
  ExportOrders: async (_: { month: string }, { signal }: { readonly signal: AbortSignal }) =>
    new Promise<void>(resolve => signal.addEventListener('abort', () => resolve())),
}

/** An hour of work, as workers tell it: more at times than at others. The last minute has only begun. */
export const BUSY_HOUR = `
insert into background.minute (at, worker_id, completed, failed, ended, ms, waited)
select date_trunc('minute', now()) - n * interval '1 minute', 1, ((900 + 500 * sin(n / 7.0) + 120 * sin(n * 1.7)) * case n when 0 then extract(second from now()) / 60 else 1 end)::int,
       (8 + 7 * sin(n / 3.0))::int, case when n between 12 and 20 then 30 - (n - 16) ^ 2 else 1 end::int,
       array(select case when i between 4 and 9 then 40 else 0 end from generate_series(1, 32) i),
       array(select case when i between 1 and 5 + n % 13 / 6 then 40 else 0 end from generate_series(1, 32) i)
  from generate_series(0, 59) n`

/** Characters and numbers that something in between might change. */
export const HOSTILE =
  '{"big":9007199254740993,"html":"</script><img src=x onerror=alert(1)>","rtl":"a\\u202eb"}'

const WELCOME = { to: 'everybody@example.com', subject: 'This week' }

/** Cancels what nobody wants any more, as a program would; answers with the id of that bulk action. */
export async function cancelOld(client: Client, dashboard: string): Promise<string> {
  const items = Array.from({ length: 30 }, (_, n) => ({
    payload: { id: `old_${n}` },
    in: '1d',
    tags: ['old'],
  }))
  await client.scheduleMany('ResizeImage', items)
  const answer = await fetch(`${dashboard}api/bulk`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ action: 'cancel', q: 'tag:old' }),
  })
  const { id } = (await answer.json()) as { id: string }
  return id
}

/** Some of everything, so that no page is empty. */
export async function furnish(client: Client): Promise<void> {
  for (let n = 1; n <= 12; n++)
    await client.schedule({
      task: 'SendEmail',
      payload: { to: `customer${n}@example.com`, subject: 'Your order has shipped' },
      tags: ['order'],
    })
  for (let n = 1; n <= 6; n++) await client.schedule({ task: 'ChargeCard', payload: { card: `4000-${n}` } })
  await client.schedule({ task: 'ExportOrders', payload: { month: 'November' }, queue: 'exports' })
  for (let n = 1; n <= 8; n++)
    await client.schedule({
      task: 'ResizeImage',
      payload: { id: `img_${n}` },
      runAt: new Date(Date.now() + n * 3_600_000),
    })
  for (let n = 1; n <= 4; n++)
    await client.schedule({ task: 'ResizeImage', payload: { id: `import_${n}` }, queue: 'imports' })
  await client.queues.pause('imports', { reason: 'the supplier changes its format', by: 'ann@example.com' })
  await client.activities.record(
    { actor: 'ann@example.com', action: 'queue.pause', target: 'imports' },
    async () => {},
  )
  await client.crons.add({
    task: 'SendEmail',
    name: 'newsletter',
    expression: '0 8 * * MON-FRI',
    payload: WELCOME,
  })
  await client.crons.add({
    task: 'ResizeImage',
    name: 'thumbnails',
    expression: '0 3 * * *',
    timeZone: 'Europe/Warsaw',
  })
}
