import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { codeFrame } from '../../framework/code-frame.ts'
import { isKretesError, messageOf } from '../../framework/errors.ts'
import { indent, type Paint, printableLines } from '../output.ts'
import { appFrame, appPlace } from '../stack-frame.ts'
import type { ReportOptions } from './report.ts'

/** What a task threw: name and message, where in the app's code, and what to do if the error knows. */
export function describeJobError(
  error: unknown,
  { root, verbose, source = false }: Pick<ReportOptions, 'root' | 'verbose' | 'source'>,
  paint: Paint,
): string {
  const name = error instanceof Error ? `${error.name}: ` : ''
  const lines = [printableLines(`${name}${messageOf(error)}`)]
  const frame = appFrame(error, root)
  if (verbose && error instanceof Error && error.stack) lines[0] = printableLines(error.stack)
  else if (frame) lines.push(paint('dim', `  at ${frame}`))
  const code = source ? sourceAround(error, root) : undefined
  if (code) lines.push(indent(code, '    '))
  if (isKretesError(error) && error.hint) lines.push(`  ${paint('cyan', 'hint')}  ${error.hint}`)
  return lines.join('\n')
}

/** The lines of the app's own source that threw, as they are now. */
function sourceAround(error: unknown, root: string): string | undefined {
  const place = appPlace(error, root)
  try {
    return place && codeFrame(readFileSync(resolve(root, place.file), 'utf8'), place)
  } catch {
    return undefined
  }
}
