import { isKretesError, messageOf } from '../../framework/errors.ts'
import type { Paint } from '../output.ts'
import { appFrame } from '../stack-frame.ts'

/** What a task threw: name and message, where in the app's code, and what to do if the error knows. */
export function describeJobError(
  error: unknown,
  { root, verbose }: { readonly root: string; readonly verbose: boolean },
  paint: Paint,
): string {
  const name = error instanceof Error ? `${error.name}: ` : ''
  const lines = [`${name}${messageOf(error)}`]
  const frame = appFrame(error, root)
  if (verbose && error instanceof Error && error.stack) lines[0] = error.stack
  else if (frame) lines.push(paint('dim', `  at ${frame}`))
  if (isKretesError(error) && error.hint) lines.push(`  ${paint('cyan', 'hint')}  ${error.hint}`)
  return lines.join('\n')
}
