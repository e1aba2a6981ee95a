import {
  examine,
  type Finding,
  objectsOf,
  ok,
  problem,
  schemaStatus,
  warning,
} from '../../../background/operator.ts'
import type { Database } from '../../../framework/database.ts'
import { EXIT } from '../../exit-codes.ts'
import { briefLogger } from '../../logging.ts'
import type { CommonOptions } from '../../options.ts'
import { type Paint, painterFor, print, printable, printJson, type Style, say } from '../../output.ts'
import { findProject, withApp } from '../../project.ts'
import { expectedObjects } from './expected-objects.ts'

export interface DoctorOptions extends CommonOptions {
  readonly strict?: true
}

const STYLES: Readonly<Record<Finding['status'], Style>> = { ok: 'green', warning: 'yellow', problem: 'red' }
/** The longest word in front of a line. */
const STATUS_WIDTH = 'warning'.length
const CHECK_WIDTH = 'connection'.length

/** What `ks bg doctor` does. */
export async function runDoctor(options: DoctorOptions): Promise<void> {
  const project = await findProject()
  const logger = briefLogger(project.config.log, options.verbose === true)
  const findings = await withApp(project, logger, async app => {
    const database = await app.database()
    const schema = await examineSchema(database)
    return [
      ...(await examine(
        database.url,
        schema.every(({ status }) => status !== 'problem'),
      )),
      ...schema,
    ]
  })
  const bad = findings.filter(
    ({ status }) => status === 'problem' || (options.strict && status === 'warning'),
  )
  if (bad.length > 0) process.exitCode = EXIT.failed
  if (options.json)
    return printJson({ findings: findings.map(({ fix = null, ...rest }) => ({ ...rest, fix })) })
  const paint = painterFor(process.stdout)
  for (const finding of findings) tell(finding, paint)
  const counts = (['warning', 'problem'] as const).map(
    status => findings.filter(one => one.status === status).length,
  )
  say(`${findings.length} looked at, ${counts[0]} to be warned of, ${counts[1]} to be solved`)
}

/** Whether the schema is what this code needs, and whole. */
async function examineSchema(database: Database): Promise<Finding[]> {
  const { applied, pending, breaking } = await schemaStatus(database)
  if (breaking.length > 0)
    return [problem('schema', `newer code has applied ${breaking.join(', ')}`, 'deploy that code here too')]
  if (pending.length > 0) return [problem('schema', `it lacks ${pending.join(', ')}`, 'npx ks bg migrate')]
  const there = await objectsOf(database.url)
  const missing = (await expectedObjects()).filter(name => !there.has(name))
  if (missing.length === 0)
    return [ok('schema', `up to date, ${applied.length} migrations, nothing is missing`)]
  return [
    warning(
      'schema',
      `up to date by its migrations, but somebody has changed it: it lacks ${missing.join(', ')}`,
      'make them again as in migrations/schema.sql of the package, or restore them from a backup',
    ),
  ]
}

function tell({ check, status, text, fix }: Finding, paint: Paint): void {
  print(
    `${paint(STYLES[status], status.padEnd(STATUS_WIDTH))}  ${check.padEnd(CHECK_WIDTH)}  ${printable(text)}`,
  )
  if (fix) print(`${' '.repeat(STATUS_WIDTH + CHECK_WIDTH + 4)}${paint('cyan', 'fix')}  ${printable(fix)}`)
}
