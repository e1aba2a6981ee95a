import { humanDuration } from '../framework/duration.ts'
import {
  type ConnectionHealth,
  type Finding,
  ok,
  problem,
  type SchemaHealth,
  type ServerHealth,
  warning,
} from './health.ts'

const SKEW_MS = 2_000
const SLOW_ROUND_TRIP_MS = 50
const LONG_OPEN_S = 300
const DEAD_ROWS = 50_000
const PAUSED_LONG_S = 3_600
const OLDEST_SERVER = 12

/** What the way to the database is like. */
export function diagnoseConnection(health: ConnectionHealth): Finding[] {
  const { roundTrip, skew, pooled, notified } = health
  const time = `a statement takes ${humanDuration(roundTrip)} there and back`
  return [
    roundTrip < SLOW_ROUND_TRIP_MS
      ? ok('connection', time)
      : warning(
          'connection',
          time,
          'bring workers closer to the database; bigger batches do not make up for this',
        ),
    pooled
      ? warning(
          'pooler',
          'statements go through a pooler in transaction mode',
          'everything works, with polling instead of notifications; give workers a direct URL for speed',
        )
      : ok('pooler', 'none, or one in session mode'),
    notified === undefined
      ? warning(
          'notify',
          'a notification does not arrive',
          pooled
            ? 'that is so behind a pooler in transaction mode: workers poll; give them a direct URL'
            : 'workers poll; look for a pooler in between that does not pass on LISTEN',
        )
      : ok('notify', `a notification arrives after ${humanDuration(notified)}`),
    Math.abs(skew) < SKEW_MS
      ? ok('clock', `this machine and the database differ by ${humanDuration(Math.abs(skew))}`)
      : warning(
          'clock',
          `this machine is ${humanDuration(Math.abs(skew))} ${skew > 0 ? 'ahead of' : 'behind'} the database`,
          'jobs are not affected, the database decides what is due; set this clock right, or times in logs mislead',
        ),
  ]
}

/** What the server is like. */
export function diagnoseServer({
  version,
  recovering,
  connections,
  maxConnections,
  holders,
}: ServerHealth): Finding[] {
  const server = `PostgreSQL ${version}, ${connections} of ${maxConnections} connections in use`
  return [
    recovering
      ? problem(
          'server',
          `${server}; it is a standby`,
          'connect to the primary: jobs cannot be taken from a standby',
        )
      : Number.parseInt(version, 10) < OLDEST_SERVER
        ? problem('server', server, `upgrade it: PostgreSQL ${OLDEST_SERVER} is the oldest that works`)
        : connections > maxConnections * 0.9
          ? warning(
              'server',
              server,
              'lower database.poolSize or the number of processes, or raise max_connections',
            )
          : ok('server', server),
    ...horizon(holders),
  ]
}

function horizon(holders: ServerHealth['holders']): Finding[] {
  const long = holders.filter(({ seconds }) => seconds >= LONG_OPEN_S)
  if (long.length === 0) return [ok('horizon', 'no transaction has been open for long')]
  return long.map(({ kind, name, what, seconds }) =>
    warning(
      'horizon',
      `${what} has been open for ${humanDuration(seconds * 1_000)}: dead rows cannot be cleared away meanwhile`,
      {
        session: `end it: select pg_terminate_backend(${name})`,
        prepared: `end it: rollback prepared '${name}'`,
        slot: `if nobody needs it: select pg_drop_replication_slot('${name}')`,
      }[kind],
    ),
  )
}

/** How our tables are, and the work in them. */
export function diagnoseSchema(health: SchemaHealth, user: string): Finding[] {
  return [
    rights(health, user),
    ...bloat(health),
    workersFinding(health),
    ...strangers(health),
    ...pauses(health),
  ]
}

/** Whether the schema has all `migrations` of this code. */
export function diagnoseVersion(health: SchemaHealth, migrations: readonly string[]): Finding {
  const missing = migrations.filter(name => !health.migrations.includes(name))
  if (missing.length === 0) return ok('schema', 'it is what this version needs')
  return problem('schema', `the schema lacks ${missing.join(', ')}`, 'run: npx ks bg migrate')
}

function rights({ forbidden }: SchemaHealth, user: string): Finding {
  if (forbidden.length === 0) return ok('rights', `${user} may do all that a worker does`)
  return warning(
    'rights',
    `${user} may not read and write ${forbidden.join(', ')}`,
    `a worker needs that: grant background_worker to ${user} (ks bg migrate --roles makes that role)`,
  )
}

function bloat({ tables }: SchemaHealth): Finding[] {
  const full = tables.filter(({ live, dead }) => dead > DEAD_ROWS && dead > 4 * live)
  if (full.length === 0) return [ok('bloat', 'no table is full of dead rows')]
  return full.map(({ name, live, dead }) =>
    warning(
      'bloat',
      `background.${name} has ${dead} dead rows beside ${live} living ones`,
      `vacuum background.${name}; if it comes back: look at horizon above, and at the autovacuum settings`,
    ),
  )
}

function workersFinding({ workers: { alive, lost, quiet } }: SchemaHealth): Finding {
  if (lost > 0)
    return warning(
      'workers',
      `${lost} dead or cut off, ${alive} alive`,
      alive > 0
        ? 'others rescue their jobs within seconds; ask again'
        : 'start a worker, which rescues their jobs: npx ks bg',
    )
  if (alive === 0) return warning('workers', 'none is running', 'start one: npx ks bg')
  if (quiet === alive)
    return warning(
      'workers',
      `${alive} alive, and none takes jobs: they were told not to`,
      'ks bg workers resume --all',
    )
  return ok('workers', `${alive} alive${quiet > 0 ? `, ${quiet} of them quiet` : ''}`)
}

function strangers({ unknownTasks, workers: { alive } }: SchemaHealth): Finding[] {
  if (alive === 0) return []
  if (unknownTasks.length === 0)
    return [ok('tasks', 'workers know the tasks of all jobs that were looked at')]
  return unknownTasks.map(({ task, count }) =>
    warning(
      'tasks',
      `${count} jobs wait for ${task}, which no worker knows`,
      `start a worker from code that has tasks/${task}, or: ks bg cancel --where task:${JSON.stringify(task)}`,
    ),
  )
}

function pauses({ pausedQueues }: SchemaHealth): Finding[] {
  return pausedQueues
    .filter(({ seconds }) => seconds > PAUSED_LONG_S)
    .map(({ name, seconds }) =>
      warning(
        'queues',
        `queue ${name} has been paused for ${humanDuration(seconds * 1_000)}`,
        `ks bg queues resume ${name}`,
      ),
    )
}
