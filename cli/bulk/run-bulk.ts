import type { Client } from '../../background/operator.ts'
import { monotonic } from '../../framework/clock.ts'
import { withClient } from '../commands/background/with-client.ts'
import { exitCodeOfSignal } from '../exit-codes.ts'
import { count, plural, print, printJson, say } from '../output.ts'
import { confirm } from './confirm.ts'
import { inPieces, pause } from './pieces.ts'
import { Progress } from './progress.ts'
import { explained, refusalAsJson, setExitCode, tellRefusals } from './refusals.ts'
import { rehearse } from './rehearse.ts'
import { type Selection, selectionOf } from './selection.ts'
import type { SelectionOptions } from './selection-options.ts'
import type { Verb } from './verb.ts'

/** What has been done so far. */
interface Sum {
  done: number
  told: number
  readonly refused: Parameters<typeof explained>[0][]
}

/** So many refusals are kept to be told. */
const MOST_REFUSED = 1_000

/**
 * Does something with jobs, piece by piece: each is a transaction of its own, so that an interruption leaves jobs
 * with which it was done and jobs with which it was not, and none in between.
 */
export async function runBulk(
  verb: Verb,
  words: readonly string[],
  options: SelectionOptions,
): Promise<void> {
  const selection = selectionOf(words, options, verb.meant)
  let signal: NodeJS.Signals | undefined
  const interrupted = (given: NodeJS.Signals) => {
    signal = given
  }
  await withClient({ ...options, interrupted }, async (client, _, place) => {
    if (options.dryRun) return rehearse(verb, client, { selection, place, json: options.json === true })
    const total = await totalOf(client, selection)
    const what = `${verb.name} ${total.text} in ${place}`
    if ('filter' in selection && total.most > 0 && !options.yes && !(await confirm(what)))
      return say('nothing was done')
    const sum: Sum = { done: 0, told: 0, refused: [] }
    const progress = new Progress(total.exact)
    const ids = 'ids' in selection ? [selection.ids] : client.jobs.ids(selection.filter)
    for await (const piece of inPieces(ids, options.rate)) {
      const since = monotonic()
      await changePiece(verb, client, piece, sum)
      progress.show(sum.done + sum.told)
      if (signal) break
      if (total.most > piece.length) await pause(since, piece.length, options.rate)
    }
    progress.end()
    tell(verb, sum, { selection, total: total.text, signal, json: options.json === true })
  })
}

async function totalOf({ jobs }: Client, selection: Selection) {
  const { count: most, capped } =
    'ids' in selection ? { count: selection.ids.length, capped: false } : await jobs.count(selection.filter)
  const number = `${capped ? 'more than ' : ''}${count(most)}`
  return { most, exact: capped ? undefined : most, text: `${number} job${most === 1 ? '' : 's'}` }
}

async function changePiece(verb: Verb, { jobs }: Client, ids: readonly string[], sum: Sum): Promise<void> {
  const { done, told = [], refused } = await verb.change(jobs, ids)
  sum.done += done.length
  sum.told += told.length
  sum.refused.push(...refused.slice(0, MOST_REFUSED - sum.refused.length))
}

interface Ending {
  readonly selection: Selection
  readonly total: string
  readonly signal: NodeJS.Signals | undefined
  readonly json: boolean
}

function tell(verb: Verb, sum: Sum, { selection, total, signal, json }: Ending): void {
  const { done, told, refused } = sum
  const [only] = refused
  if (only && 'ids' in selection && selection.ids.length === 1) throw explained(only)
  if (json) {
    setExitCode(refused, done + told)
    printJson({
      ...{ verb: verb.name, dryRun: false, done, told, interrupted: signal !== undefined },
      refused: refused.map(refusalAsJson),
    })
  } else {
    if (done + told + refused.length === 0) say('no job fits')
    else print(describe(verb, done, told))
    tellRefusals(refused, done + told)
    if (signal) say(`interrupted: the rest of ${total} is as it was; the same command goes on with it`)
  }
  if (signal) process.exitCode = exitCodeOfSignal(signal)
}

function describe(verb: Verb, done: number, told: number): string {
  const running = `${told > 0 ? `${plural(told, 'job')} that ${told === 1 ? 'runs' : 'run'}` : ''}`
  if (told > 0 && done === 0) return `told ${running} to stop`
  const changed = `${verb.done} ${count(done)} job${done === 1 ? '' : 's'}`
  return told > 0 ? `${changed}, told ${running} to stop` : changed
}
