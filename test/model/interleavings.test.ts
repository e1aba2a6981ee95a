import pg from 'pg'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { promote } from '../../background/engine/promote.ts'
import type { Call } from '../../framework/executor.ts'
import { freshDatabase } from '../support/database.ts'
import { DEEDS, type Deed } from '../support/deeds.ts'
import { Engine } from '../support/engine.ts'
import { callsOf } from '../support/engine-plans.ts'
import { JOB, Stage } from '../support/stage.ts'
import { Actor, type Ending, interleave } from './actors.ts'
import { MEETINGS, TRIPLES } from './meetings.ts'

/*
 * Transactions of two or three, each with one verb, whose statements and ends come in every order. Whatever the order,
 * what comes of it is what comes of doing them one after the other, at the latest when the jobs that wait for their time
 * are due; or one of them passed over what another was changing in that instant, as it promises to, and did nothing.
 * Nobody sees a deadlock or any other error.
 */
let engine: Engine
let stage: Stage
let witness: pg.Client
let actors: Actor[]
beforeAll(async () => {
  engine = new Engine(await freshDatabase())
  stage = await Stage.open(engine)
  witness = new pg.Client(engine.url)
  await witness.connect()
  actors = await Promise.all([0, 1, 2].map(() => Actor.come(engine.url, witness)))
})
afterAll(async () => {
  await Promise.all([...actors, { leave: () => witness.end() }].map(one => one.leave()))
  await engine.close()
})

interface Part {
  readonly name: string
  readonly deed: Deed
  readonly calls: readonly Call[]
}

async function partOf(name: string): Promise<Part> {
  const deed = DEEDS[name]
  if (!deed) throw new Error(`there is no deed ${name}`)
  return { name, deed, calls: await callsOf(deed.do) }
}

/** Whether it is looked at when all is done, or when what waits has fallen due as well. */
type When = 'at once' | 'when due'

/** What comes of it, as text that can be compared. */
async function play(
  parts: readonly Part[],
  order: readonly number[],
  ending: Ending = 'commit',
  when: When = 'at once',
): Promise<string> {
  await stage.restore()
  // only the first ever rolls back
  const roles = parts.map(({ calls }, at) => ({
    actor: actors[at] as Actor,
    calls,
    ending: at === 0 ? ending : 'commit',
  }))
  await interleave(roles as never, order)
  return when === 'at once' ? told(await stage.state()) : whenDue()
}

/** How long an attempt took is known from its report, and not when it is found out later that it was the last. */
async function whenDue(): Promise<string> {
  await promote(engine.db, { limit: 100, keep: 86_400 })
  return told(await stage.state()).replace(/"ms":1\b/g, '"ms":null')
}

/** As text, in which new jobs are called by their age: a transaction that was undone has used up an id. */
function told(state: unknown): string {
  const text = JSON.stringify(state)
  const isNew = (id: string) => Number(id) > Number(JOB.done) && Number(id) < 900
  const fresh = [
    ...new Set([...text.matchAll(/"(?:id|job_id)":(\d+)/g)].map(([, id = '']) => id).filter(isNew)),
  ]
  const names = new Map(fresh.sort((a, b) => Number(a) - Number(b)).map((id, age) => [id, `900${age}`]))
  const renamed = (part: string) => part.replace(/\d+/g, id => names.get(id) ?? id)
  return text.replace(/"(?:id|job_id)":\d+|"(?:ids|recent_jobs)":\[[\d,]*\]/g, renamed)
}

const serial = new Map<string, Promise<string>>()

/** What comes of doing them one after the other. */
function inTurn(parts: readonly Part[], ending: Ending, when: When): Promise<string> {
  const key = `${ending} ${when} ${parts.map(({ name }) => name).join()}`
  const order = parts.flatMap(({ calls }, at) => Array.from({ length: calls.length + 1 }, () => at))
  const known = serial.get(key) ?? play(parts, order, ending, when)
  serial.set(key, known)
  return known
}

/** Everything that may come of `parts`: who passes over what others are changing may have found nothing to do. */
async function allowed(parts: readonly Part[], when: When): Promise<string[]> {
  const outcomes = []
  for (const order of permutations(parts)) {
    for (const some of subsets(order)) outcomes.push(await inTurn(some, 'commit', when))
  }
  return outcomes
}

/** The same when the first rolled back: it was nothing, but for the ids it has used. */
async function allowedWithout(first: Part, others: readonly Part[], when: When): Promise<string[]> {
  const outcomes = await allowed(others, when)
  for (const order of permutations(others)) {
    for (const some of subsets(order)) outcomes.push(await inTurn([first, ...some], 'rollback', when))
  }
  return outcomes
}

/** All choices that have those who pass over nothing. */
function subsets(parts: readonly Part[]): Part[][] {
  const [first, ...rest] = parts
  if (!first) return [[]]
  const others = subsets(rest)
  const taken = others.map(other => [first, ...other])
  return first.deed.passesOver ? [...taken, ...others] : taken
}

/** What comes of it in the end: who passed over something asks again. */
async function again(parts: readonly Part[]): Promise<string> {
  for (const { deed } of parts) if (deed.passesOver === 'for now') await deed.do(engine.db)
  return told(await stage.state())
}

function permutations<T>(all: readonly T[]): T[][] {
  if (all.length < 2) return [[...all]]
  return all.flatMap((one, at) => permutations(all.toSpliced(at, 1)).map(rest => [one, ...rest]))
}

/** All ways to put the steps of several together, each step named by whose it is. */
function merges(lengths: readonly number[]): number[][] {
  if (lengths.every(length => length === 0)) return [[]]
  return lengths.flatMap((length, who) =>
    length === 0 ? [] : merges(lengths.with(who, length - 1)).map(rest => [who, ...rest]),
  )
}

/** So many orders of one meeting tell more than all orders of a tenth of them. */
const MOST_ORDERS = 24

function ordersOf(parts: readonly Part[]): number[][] {
  const all = merges(parts.map(({ calls }) => calls.length + 1))
  const step = Math.max(1, all.length / MOST_ORDERS)
  return Array.from(
    { length: Math.min(all.length, MOST_ORDERS) },
    (_, at) => all[Math.floor(at * step)] as number[],
  )
}

async function meet(names: readonly string[]): Promise<void> {
  const parts = await Promise.all(names.map(partOf))
  const [first, ...others] = parts as [Part, ...Part[]]
  const outcomes = (ending: Ending, when: When) =>
    ending === 'commit' ? allowed(parts, when) : allowedWithout(first, others, when)
  const right = {
    commit: await outcomes('commit', 'at once'),
    rollback: await outcomes('rollback', 'at once'),
  }
  for (const order of ordersOf(parts)) {
    for (const ending of ['commit', 'rollback'] as const) {
      const outcome = await play(parts, order, ending)
      if (right[ending].includes(outcome)) continue
      const late = await again(ending === 'commit' ? parts : others)
      if (right[ending].includes(late)) continue
      const last = await whenDue()
      if ((await outcomes(ending, 'when due')).includes(last)) continue
      const steps = order.map(who => names[who]).join(', ')
      expect(JSON.parse(outcome), `${steps}; the first ends with ${ending}`).toEqual(
        JSON.parse(right[ending][0] as string),
      )
    }
  }
}

/** A build looks at some of the pairs, `npm run model` at all. */
const isChosen = (at: number) => inject('model') !== undefined || at % 8 === 0

describe.each(Object.entries(MEETINGS))('two who meet over %s', (_, names) => {
  const pairs = names.flatMap((one, at) => names.slice(at).map(other => [one, other] as const))
  const sensible = pairs.filter(([one, other]) => one !== other || DEEDS[one]?.twice !== 'refused')
  for (const [one, other] of sensible.filter((_, at) => isChosen(at))) {
    test(`${one}, and ${other}`, () => meet([one, other]))
  }
})

test.each(TRIPLES)('three who meet: %s, %s and %s', (...names) => meet(names))
