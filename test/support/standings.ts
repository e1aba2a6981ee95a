import type { Answer } from '../../background/engine/standing.ts'

/** The standing of each id that was asked about. */
export function standingsOf(answers: readonly Answer[]): Record<string, string> {
  return Object.fromEntries(answers.map(({ id, standing }) => [id, standing]))
}
