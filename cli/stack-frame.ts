import { relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

const FRAME = /^ +at (?:async )?(?:(.+?) \()?([^\s()]+):(\d+):(\d+)\)?$/gm
const NOT_THE_APPS = /^\.\.|^\.kretes\/|(?:^|\/)node_modules\//

/** A place in the app's own code. */
export interface AppPlace {
  /** The function it is in, if that has a name. */
  readonly name: string | undefined
  /** From the app's directory, with forward slashes. */
  readonly file: string
  readonly line: number
  readonly column: number
}

/** Where in the app's own code an error comes from: `render (server/report.ts:41:18)`; nothing when none of it is. */
export function appFrame(error: unknown, root: string): string | undefined {
  const place = appPlace(error, root)
  if (!place) return undefined
  const where = `${place.file}:${place.line}:${place.column}`
  return place.name ? `${place.name} (${where})` : where
}

/** The innermost place of the app's own code in the stack of an error; nothing when there is none. */
export function appPlace(error: unknown, root: string): AppPlace | undefined {
  const stack = (error as { stack?: unknown } | null | undefined)?.stack
  if (typeof stack !== 'string') return undefined
  for (const [, name, where = '', line, column] of stack.matchAll(FRAME)) {
    if (where.startsWith('node:')) continue
    const file = relative(root, where.startsWith('file:') ? fileURLToPath(where) : where)
      .split(sep)
      .join('/')
    if (NOT_THE_APPS.test(file)) continue
    return { name, file, line: Number(line), column: Number(column) }
  }
  return undefined
}
