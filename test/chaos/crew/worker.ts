/** A worker in a process of its own, which tells what it does. Started by member.ts with its assignment. */
import { backgroundConfig } from '../../../background/config.ts'
import { cronEntry } from '../../../background/cron.ts'
import type { Events, JobFacts } from '../../../background/events.ts'
import { Worker } from '../../../background/worker/worker.ts'
import { messageOf } from '../../../framework/errors.ts'
import { createLogger } from '../../../framework/logger.ts'
import type { Verdict } from '../history/event.ts'
import { Recorder } from '../history/recorder.ts'
import { type Assignment, stayWatched } from './assignment.ts'
import { CONCURRENCY, CRON, WIDE_QUEUES } from './order.ts'
import { tasksFor } from './tasks.ts'

const { name, url, history, listen } = JSON.parse(process.argv[2] as string) as Assignment
const recorder = new Recorder(history, name)
stayWatched(recorder)

const worker: Worker = new Worker({
  url,
  config: backgroundConfig.parse({ concurrency: CONCURRENCY, queues: WIDE_QUEUES, grace: 5_000, listen }),
  registry: tasksFor(recorder, () => worker.id),
  logger: createLogger({ level: 'silent', format: 'json' }),
  cron: [
    cronEntry(
      { task: 'Tick', name: CRON.name, expression: CRON.expression, missed: 'all', cap: 1_000 },
      'config',
    ),
  ],
})

const VERDICTS: readonly Verdict[] = [
  ...(['completed', 'failed', 'snoozed', 'discarded'] as const),
  ...(['cancelled', 'released', 'stale'] as const),
]
for (const verdict of VERDICTS)
  worker.events.on(`job:${verdict}`, ({ job: { id } }: { readonly job: JobFacts }) =>
    recorder.tell({ event: 'verdict', job: id, verdict, life: worker.id }),
  )
worker.events.on('worker:ready', ({ worker: life }) => {
  recorder.tell({ event: 'joined', life })
  process.send?.('ready')
})
worker.events.on('worker:lost', ({ worker: life }) => recorder.tell({ event: 'lost', life }))
worker.events.on('worker:rescued', rescued => recorder.tell({ event: 'rescued', ...rescued }))
worker.events.on('worker:trouble', ({ doing, error }: Events['worker:trouble']) =>
  recorder.tell({ event: 'trouble', doing, error: messageOf(error) }),
)

process.on('SIGTERM', async () => {
  await worker.stop()
  process.exit(0)
})
await startPatiently()

/** Whoever starts workers starts them again when the database is away just then. */
async function startPatiently(): Promise<void> {
  try {
    await worker.start()
  } catch (error) {
    recorder.tell({ event: 'trouble', doing: 'starting', error: messageOf(error) })
    process.exit(75)
  }
}
