import {
  type Client,
  loadCrons,
  loadTasks,
  type Problem,
  type Registry,
} from '../../../background/operator.ts'
import { isKretesError, messageOf } from '../../../framework/errors.ts'
import { EXIT } from '../../exit-codes.ts'
import type { CommonOptions } from '../../options.ts'
import { painterFor, plural, print, printable, printJson } from '../../output.ts'
import { findProject, type Project } from '../../project.ts'
import { type CheckProblem, JobChecks } from './job-checks.ts'
import { withClient } from './with-client.ts'

export interface CheckOptions extends CommonOptions {
  readonly tasks?: string
  readonly limit?: number
}

const LIMIT = 100_000
const PAGE = 1_000
const WAITING = ['scheduled', 'available', 'retryable'] as const

/** What `ks bg check` does. */
export async function runCheck(options: CheckOptions): Promise<void> {
  const project = await findProject({ background: { tasks: options.tasks } })
  const { registry, problems } = await loadCode(project)
  const found = await withClient({ ...options, project, keepsSchema: true }, client =>
    checkJobs(client, registry, options.limit),
  )
  const all = [...problems, ...found.problems]
  if (all.length > 0) process.exitCode = EXIT.failed
  if (options.json) return printJson({ problems: all, checked: found.checked, more: found.more })
  for (const problem of all) tell(problem)
  const jobs = `${plural(found.checked, 'waiting job')}${found.more ? ', of more' : ''}`
  const verdict = all.length === 0 ? 'all is well' : plural(all.length, 'problem')
  print(`${verdict}: ${plural(registry.names.length, 'task')}, ${jobs}`)
}

async function loadCode({ root, background }: Project) {
  const { tasks: directory, executables } = background
  const { registry, problems } = await loadTasks({ root, directory, executables })
  const errors = problems.filter(({ severity }) => severity === 'error').map(fileProblem)
  return { registry, problems: [...errors, ...(await cronProblems(root, background, registry))] }
}

function fileProblem({ file, line, column, message, hint }: Problem): CheckProblem {
  const where = [file, line, column].filter(part => part !== undefined).join(':')
  return { kind: 'task-file', task: null, message: `${where} ${message}`, hint, count: 0, jobs: [] }
}

async function cronProblems(
  root: string,
  config: Project['background'],
  registry: Registry,
): Promise<CheckProblem[]> {
  const problem = (message: string, hint: string): CheckProblem => ({
    ...{ kind: 'cron', task: null, message, hint, count: 0, jobs: [] },
  })
  try {
    const { problems } = await loadCrons({ root, config, registry })
    return problems.map(({ message, hint }) => problem(message, hint))
  } catch (error) {
    return [problem(messageOf(error), (isKretesError(error) && error.hint) || 'correct it')]
  }
}

async function checkJobs({ jobs, crons, sealing }: Client, registry: Registry, limit = LIMIT) {
  const checks = new JobChecks(registry, sealing)
  let cursor: string | undefined
  do {
    const page = await jobs.list({ state: WAITING, limit: Math.min(PAGE, limit - checks.checked), cursor })
    for (const job of page.jobs) await checks.add(job)
    cursor = page.cursor
  } while (cursor !== undefined && checks.checked < limit)
  for (const cron of await crons.list()) await checks.addCron(cron)
  return { problems: checks.problems, checked: checks.checked, more: cursor !== undefined }
}

function tell({ message, hint, jobs, count }: CheckProblem): void {
  const paint = painterFor(process.stdout)
  print(`${paint('red', 'problem')}  ${printable(message)}`)
  if (count > 0) {
    const others = count > jobs.length ? ` and ${count - jobs.length} more` : ''
    print(`  ${paint('dim', plural(count, 'job'))}  ${jobs.map(id => `#${id}`).join(' ')}${others}`)
  }
  print(`  ${paint('cyan', 'hint')}  ${printable(hint)}`)
}
