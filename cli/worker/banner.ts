import { humanDuration } from '../../framework/duration.ts'
import { indent, type Paint, plural } from '../output.ts'
import type { Readiness } from './report.ts'

const MOST_TASKS = 8
const MOST_CRONS = 4

/** What a person wants to see when a worker begins: what runs where, and how to end it. */
export function banner(readiness: Readiness, paint: Paint): string {
  const { version, node, postgres, database, concurrency, ms } = readiness
  const title = `${paint('bold', `Kretes background ${version}`)}   node ${node}   postgres ${postgres} ${database}`
  const label = (text: string) => paint('cyan', text.padEnd(10))
  const lines = [
    `${title}   ${schemaState(readiness.schema)}`,
    `${label('tasks')}${taskNames(readiness)}`,
    `${label('queues')}${queueNames(readiness.queues)}`,
    ...cronEntries(readiness.cron).map(text => `${label('cron')}${text}`),
    `${paint('green', 'ready')} in ${humanDuration(ms)}, ${plural(concurrency, 'job')} at once. Ctrl-C finishes running jobs and leaves.`,
  ]
  return `${indent(lines.join('\n'))}\n`
}

function schemaState({ applied, migrated }: Readiness['schema']): string {
  return `schema ${applied.length} ${migrated.length > 0 ? 'migrated' : 'ok'}`
}

function taskNames({ tasks, directory }: Readiness): string {
  const shown = tasks.slice(0, MOST_TASKS).join('  ')
  const more = tasks.length > MOST_TASKS ? `  and ${tasks.length - MOST_TASKS} more` : ''
  return `${shown}${more}   (${tasks.length} from ${directory}/)`
}

function cronEntries(cron: Readiness['cron']): string[] {
  const entries = Object.entries(cron)
  const shown = entries.slice(0, MOST_CRONS).map(([name, expression]) => `${name} (${expression})`)
  const more = entries.length > MOST_CRONS ? `  and ${entries.length - MOST_CRONS} more` : ''
  return shown.length === 0 ? [] : [`${shown.join('  ')}${more}`]
}

function queueNames(queues: Readonly<Record<string, number>>): string {
  const named = Object.entries(queues).map(([name, concurrency]) => `${name} x${concurrency}`)
  return [
    ...named,
    named.length > 0 ? 'any other x1' : 'each x1; a job without a queue waits for no other',
  ].join('  ')
}
