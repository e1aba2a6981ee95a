import { relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { CompileError } from '../../framework/compile-error.ts'
import { isKretesError, messageOf } from '../../framework/errors.ts'

/** Why a file in `tasks/` is not a task that can run. */
export interface Problem {
  /** `error`: a task that cannot run. `warning`: a file that does not look like a task. */
  readonly severity: 'error' | 'warning'
  /** Relative to the app's directory. */
  readonly file: string
  /** Counted from 1, like `column`. */
  readonly line?: number
  readonly column?: number
  readonly message: string
  /** What to do about it. */
  readonly hint: string
  /** The lines around the place, with the place underlined. */
  readonly frame?: string
}

/** `file` as people write it: relative to the app's directory, with forward slashes. */
export function shortPath(root: string, file: string): string {
  return relative(root, file).split(sep).join('/')
}

/** A file that the compiler refused. */
export function compileProblem({ file, ...error }: CompileError, root: string): Problem {
  const fix = error.message.startsWith('Could not resolve')
    ? 'correct the path or create the file'
    : 'correct it'
  return {
    severity: 'error',
    file: shortPath(root, file),
    ...error,
    hint: `${fix}; the other tasks run meanwhile`,
  }
}

/** A file whose compiled form threw `thrown` when it was imported. */
export function importProblem(thrown: unknown, root: string, file: string): Problem {
  const problem = { severity: 'error', file: shortPath(root, file) } as const
  const [, missing] = /Cannot find package '([^']+)'/.exec(messageOf(thrown)) ?? []
  if (missing) {
    const message = `imports the package ${missing}, which is not installed`
    return { ...problem, message, hint: `npm install ${missing}` }
  }
  return {
    ...problem,
    ...placeOf(thrown, root),
    message: `throws while it is loaded: ${messageOf(thrown)}`,
    hint:
      (isKretesError(thrown) && thrown.hint) || 'code outside the task runs when a worker starts; correct it',
  }
}

/** The innermost line of the app's own source in an error's stack. */
function placeOf(thrown: unknown, root: string): Partial<Problem> {
  const stack = thrown instanceof Error ? String(thrown.stack) : ''
  for (const [, where = '', line, column] of stack.matchAll(/^ +at .*?([^\s()]+):(\d+):(\d+)\)?$/gm)) {
    if (where.startsWith('node:')) continue
    const file = shortPath(root, where.startsWith('file:') ? fileURLToPath(where) : where)
    const elsewhere = /^\.\.|^\.kretes\/|(^|\/)node_modules\//.test(file)
    if (!elsewhere) return { file, line: Number(line), column: Number(column) }
  }
  return {}
}
