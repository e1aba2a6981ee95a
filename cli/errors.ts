import { codeFrame } from '../framework/code-frame.ts'
import { isKretesError, KretesError, messageOf } from '../framework/errors.ts'
import { indent, painterFor, printJson, say, table } from './output.ts'

/** `USAGE`: what was typed cannot be meant so. */
export class UsageError extends KretesError {
  constructor(message: string, hint: string) {
    super(message, { code: 'USAGE', hint })
  }
}

/** One complaint about one place in a payload, as the job module's InvalidPayload has them. */
interface Issue {
  readonly path: string
  readonly message: string
}

/** Tells of the error that ended a command: in words on stderr, or with `json` as an object on stdout. */
export function reportError(
  error: unknown,
  style: { readonly json: boolean; readonly verbose: boolean },
): void {
  if (style.json) printJson({ error: errorAsJson(error) })
  else say(errorAsText(error, style.verbose))
}

function errorAsJson(error: unknown) {
  if (!isKretesError(error)) return { code: 'UNEXPECTED', message: messageOf(error), hint: null }
  const { code, message, hint = null } = error
  const issues = issuesOf(error)
  return { code, message, hint, ...(issues.length > 0 && { issues }) }
}

/** Our own errors say where to look; the stack of any other is the only trace there is. */
function errorAsText(error: unknown, verbose: boolean): string {
  const paint = painterFor(process.stderr)
  const label = paint(['red', 'bold'], 'error:')
  if (!isKretesError(error)) return `${label} ${stackOf(error)}`
  const issues = issuesOf(error)
  // with the complaints below it, the message need not list them
  const message = issues.length > 0 ? error.message.slice(0, error.message.indexOf(': ')) : error.message
  const lines = [
    `${label} ${message}`,
    ...frameOf(error),
    ...table(issues.map(issue => [issue.path, issue.message])).map(line => indent(line)),
  ]
  if (error.hint) lines.push(indent(`${paint('cyan', 'hint')}  ${error.hint}`))
  if (verbose) lines.push(paint('dim', indent(stackOf(error))))
  return lines.join('\n')
}

/** The query that was typed, with a mark below what is wrong in it. */
function frameOf(error: KretesError): string[] {
  const { place } = error as { place?: { query: string; column: number; length: number } }
  if (!place) return []
  return [indent(codeFrame(place.query, { line: 1, column: place.column, length: place.length }))]
}

function issuesOf(error: KretesError): readonly Issue[] {
  const { issues } = error as { issues?: unknown }
  return Array.isArray(issues) ? issues : []
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return messageOf(error)
  const cause = error.cause === undefined ? '' : `\ncaused by: ${stackOf(error.cause)}`
  return `${error.stack ?? error.message}${cause}`
}
