import type { Problem } from '../../background/operator.ts'
import { indent, type Paint } from '../output.ts'

/** What is wrong with a task file, in lines: where, what, the source around it, what to do. */
export function describeProblem(problem: Problem, paint: Paint): string {
  const { severity, file, line, column, message, hint, frame } = problem
  const where = [file, line, column].filter(part => part !== undefined).join(':')
  const style = severity === 'error' ? 'red' : 'yellow'
  const lines = [`${paint(style, severity)}  ${paint('bold', where)}  ${message}`]
  if (frame) lines.push(indent(frame, '    '))
  lines.push(`  ${paint('cyan', 'hint')}  ${hint}`)
  return lines.join('\n')
}
