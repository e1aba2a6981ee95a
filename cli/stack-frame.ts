import { relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

const FRAME = /^ +at (?:async )?(?:(.+?) \()?([^\s()]+):(\d+):(\d+)\)?$/gm
const NOT_THE_APPS = /^\.\.|^\.kretes\/|(?:^|\/)node_modules\//

/** Where in the app's own code an error comes from: `render (server/report.ts:41:18)`; nothing when none of it is. */
export function appFrame(error: unknown, root: string): string | undefined {
  const stack = (error as { stack?: unknown } | null | undefined)?.stack
  if (typeof stack !== 'string') return undefined
  for (const [, name, where = '', line, column] of stack.matchAll(FRAME)) {
    if (where.startsWith('node:')) continue
    const file = relative(root, where.startsWith('file:') ? fileURLToPath(where) : where)
      .split(sep)
      .join('/')
    if (NOT_THE_APPS.test(file)) continue
    return name ? `${name} (${file}:${line}:${column})` : `${file}:${line}:${column}`
  }
  return undefined
}
