import type { CronInfo, Operator } from '../../background/operator.ts'
import { nameOf } from './queues.ts'
import type { AnswerOf, Remote } from './remote.ts'
import { withTimes } from './times.ts'

/** The cron entries behind a dashboard: without the secrets of their payloads. */
export function remoteCrons(remote: Remote): Operator['crons'] {
  return {
    async list() {
      return (await remote.get('/api/crons')).crons.map(({ next: _, last: __, ...cron }) => cronOf(cron))
    },
    async get(name) {
      const { next: _, last: __, ...cron } = (await remote.get('/api/crons/:name', { params: { name } })).cron
      return cronOf(cron)
    },
    async add({ queue, ...options }) {
      const body = { ...options, queue: queue === undefined ? undefined : nameOf(queue) }
      return cronOf(await remote.send('post', '/api/crons', { body }))
    },
    async change(name, { queue, ...changes }) {
      const body = { ...changes, queue: queue === undefined ? undefined : nameOf(queue) }
      return cronOf(await remote.send('patch', '/api/crons/:name', { params: { name }, body }))
    },
    async pause(name) {
      return cronOf(await remote.send('post', '/api/crons/:name/pause', { params: { name }, body: {} }))
    },
    async resume(name) {
      return cronOf(await remote.send('post', '/api/crons/:name/resume', { params: { name }, body: {} }))
    },
    async remove(name) {
      await remote.send('delete', '/api/crons/:name', { params: { name }, body: {} })
    },
  }
}

function cronOf(cron: AnswerOf<'post', '/api/crons'>): CronInfo {
  return withTimes(cron, 'knownSince', 'pausedAt', 'resumedAt', 'lastTick')
}
