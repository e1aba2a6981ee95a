import { InvalidOption } from '../errors.ts'
import { nameOf } from '../identity.ts'
import { type JobRequest, type Layers, through } from '../middleware.ts'
import type { TaskReference } from '../schedule-options.ts'
import type { Scheduler } from '../scheduler.ts'

/** `scheduler` with middleware around each job; itself when there is none. */
export function layered(scheduler: Scheduler, layers: Layers<JobRequest> | undefined): Scheduler {
  if (!layers) return scheduler
  const loose = scheduler as LooseScheduler
  return {
    schedule: async options => {
      const { task, ...rest } = options as LooseItem & { readonly task: TaskReference }
      const given = requestOf(task, rest)
      return through(layers, given, changed => loose.schedule({ ...itemOf(changed, given), task }))
    },
    scheduleMany: async (task, items) => scheduleTogether(loose, layers, task, items as readonly LooseItem[]),
  } as Scheduler
}

type LooseItem = Omit<JobRequest, 'task' | 'payload'> & { readonly payload?: unknown }

/** A scheduler as it is behind its types, which tie payloads to tasks. */
interface LooseScheduler {
  schedule(options: LooseItem & { readonly task: TaskReference }): Promise<unknown>
  scheduleMany(task: TaskReference, items: readonly LooseItem[]): Promise<unknown[]>
}

/** The middleware of each job is entered; when all have called `next`, the jobs are written together. */
async function scheduleTogether(
  scheduler: LooseScheduler,
  layers: Layers<JobRequest>,
  task: TaskReference,
  items: readonly LooseItem[],
): Promise<unknown[]> {
  if (items.length === 0) return scheduler.scheduleMany(task, items)
  const changed: LooseItem[] = []
  let entered = 0
  let write: (handles: Promise<unknown[]>) => void = () => {}
  const written = new Promise<unknown[]>(resolve => {
    write = resolve
  })
  const enter = async (index: number, item: LooseItem): Promise<unknown> => {
    changed[index] = item
    if (++entered === items.length) write(scheduler.scheduleMany(task, changed))
    return (await written)[index]
  }
  return Promise.all(
    items.map((item, index) => {
      const given = requestOf(task, item)
      return through(layers, given, request => enter(index, itemOf(request, given)))
    }),
  )
}

function requestOf(task: TaskReference, { payload, ...options }: LooseItem): JobRequest {
  return { ...options, payload, task: typeof task === 'string' ? task : nameOf(task) }
}

function itemOf({ task, ...item }: JobRequest, given: JobRequest): LooseItem {
  if (task === given.task) return item
  throw new InvalidOption(
    `a middleware made the task ${String(task)} of ${given.task}`,
    'a middleware may change anything but the task: next({ ...job, payload })',
  )
}
