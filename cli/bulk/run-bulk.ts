import type { BulkOrder, BulkRefusal, BulkSum, Deed, Operator } from '../../background/operator.ts'
import { withOperator } from '../commands/background/with-operator.ts'
import { EXIT, exitCodeOfSignal } from '../exit-codes.ts'
import { count, plural, print, printJson, say } from '../output.ts'
import { actorHere } from '../record.ts'
import { confirm } from './confirm.ts'
import { Progress } from './progress.ts'
import { explained, refusalAsJson, setExitCode, tellRefusals } from './refusals.ts'
import { rehearse } from './rehearse.ts'
import { type Selection, selectionOf } from './selection.ts'
import type { SelectionOptions } from './selection-options.ts'
import type { Verb } from './verb.ts'

export interface BulkOptions extends SelectionOptions {
  readonly reason?: string
}

const NOTHING: BulkSum = { done: 0, told: 0, refused: 0, refusals: [], isStopped: false }

/**
 * Does something with jobs, piece by piece: each is a transaction of its own, so that an interruption leaves jobs
 * with which it was done and jobs with which it was not, and none in between.
 */
export async function runBulk(verb: Verb, words: readonly string[], options: BulkOptions): Promise<void> {
  const selection = selectionOf(words, options, verb.meant)
  const stop = new AbortController()
  const interrupted = (signal: NodeJS.Signals) => stop.abort(signal)
  await withOperator({ ...options, interrupted }, async (operator, _, place) => {
    const json = options.json === true
    if (options.dryRun) return rehearse(verb, operator, { selection, place, json })
    const total = await countOf(operator, selection)
    const text = `${total.capped ? 'more than ' : ''}${plural(total.count, 'job', count)}`
    const what = `${verb.name} ${text} in ${place}`
    if ('filter' in selection && total.count > 0 && !options.yes && !(await confirm(what)))
      return say('nothing was done')
    const { reason, rate } = options
    const order = { action: verb.name, which: selection, total, reason, rate }
    const sum = await carryOut({ ...order, deed: deedOf(verb, selection, options) }, operator, stop.signal)
    tell(verb, sum, { selection, total: text, signal: stop.signal.reason, json })
  })
}

async function carryOut(order: BulkOrder, { bulks }: Operator, stop: AbortSignal): Promise<BulkSum> {
  const { count: most, capped } = order.total
  const progress = new Progress(capped ? undefined : most)
  let sum = NOTHING
  if (most === 0) return sum
  const bulk = await bulks.begin(order)
  try {
    for await (sum of bulk.steps(stop)) progress.show(sum.done + sum.told)
  } finally {
    progress.end()
  }
  return sum
}

async function countOf({ jobs }: Operator, selection: Selection) {
  return 'ids' in selection
    ? { count: selection.ids.length, capped: false }
    : await jobs.count(selection.filter)
}

/** With one job it is what it is with one job; with more, as the dashboard calls it. What is to be forgotten is not told. */
function deedOf({ name }: Verb, selection: Selection, { where }: SelectionOptions): Deed {
  const actor = actorHere()
  if (name === 'forget') return { actor, action: 'job.forget' }
  if (!('ids' in selection)) return { actor, action: `bulk.${name}`, target: where }
  const [id, ...more] = selection.ids
  if (more.length === 0) return { actor, action: `job.${name}`, target: id }
  return { actor, action: `bulk.${name}`, target: plural(selection.ids.length, 'job') }
}

interface Ending {
  readonly selection: Selection
  readonly total: string
  readonly signal: NodeJS.Signals | undefined
  readonly json: boolean
}

function tell(verb: Verb, sum: BulkSum, ending: Ending): void {
  const { selection, signal, json } = ending
  const { done, told, refused, refusals, isStopped } = sum
  const [only] = refusals
  if (only && 'ids' in selection && selection.ids.length === 1) throw explained(only)
  setExitCode(refusals, done + told)
  if (json) tellProgram(verb, sum, ending)
  else {
    if (done + told + refused === 0 && !signal && !isStopped) say('no job fits')
    else print(describe(verb, done, told))
    tellRefusals(refusals, refused)
  }
  tellEnd(sum, ending)
}

function tellProgram({ name }: Verb, { done, told, refusals, isStopped }: BulkSum, { signal }: Ending): void {
  printJson({
    ...{ verb: name, dryRun: false, done, told, interrupted: isStopped || signal !== undefined },
    refused: refusals.map((refusal: BulkRefusal) => refusalAsJson(refusal)),
  })
}

/** Whether somebody has ended it early, here or elsewhere. */
function tellEnd({ isStopped }: BulkSum, { total, signal, json }: Ending): void {
  if (!isStopped && !signal) return
  const who = signal ? 'interrupted' : 'somebody has stopped it'
  if (!json) say(`${who}: the rest of ${total} is as it was; the same command goes on with it`)
  process.exitCode = signal ? exitCodeOfSignal(signal) : EXIT.partly
}

function describe(verb: Verb, done: number, told: number): string {
  const running = `${told > 0 ? `${plural(told, 'job')} that ${told === 1 ? 'runs' : 'run'}` : ''}`
  if (told > 0 && done === 0) return `told ${running} to stop`
  const changed = `${verb.done} ${plural(done, 'job', count)}`
  return told > 0 ? `${changed}, told ${running} to stop` : changed
}
