import { readdir } from 'node:fs/promises'
import { WrongUsage } from './arguments.js'

/**
 * A case is a file in `cases/` that exports
 * - `order`, its place in the report, and `title`
 * - `columns`, what it measures and in which unit, the most important first: `{ rate: 'jobs/s' }`
 * - `run(trial)`, which answers with `{ values, beside, note }`, the values by column
 * - `task(payload, record)`: what its jobs do, if anything; `record(number)` keeps a sample for `run`
 * - `needs`: what a contestant must be able to do for it, such as `['queue']`
 * - `floor`: which function of `floor.js` is the bare version of it
 * - `versus`: the case that each contestant's result is compared with
 */
export async function loadCases(only) {
  const cases = await load('cases')
  return select(cases, only, 'case').sort((a, b) => a.order - b.order)
}

/**
 * A contestant is a file in `contestants/` that exports
 * - `title`, `order`, `server` ('postgres' or 'redis') and `missing()`, which says why it cannot take part, if so
 * - `variants`: its configurations by name, each with a `title`, with `cases` when it is not for all of them and
 *   with another `server`; the file's name and the variant's make the contestant's name: `graphile/batched`
 * - `lacks`: what it cannot do, by the name that cases `need` it by, and why
 * - `load()`: imports its code, so that this takes no time later; `setup(stage)`: prepares the empty server
 * - `produce(stage)`: `{ bulk(items), single(item), within(client, item), looksEmpty(), isEmpty(), close() }`;
 *   `looksEmpty` is asked again and again once all jobs were started, and must cost next to nothing
 * - `work(stage, task)`: starts a worker, `{ stop() }`
 *
 * A stage is `{ target, variant, needs }`: where the server is, which variant, what the case needs.
 */
export async function loadContestants(only) {
  const files = (await load('contestants')).sort((a, b) => a.order - b.order)
  const contestants = files.flatMap(contestant =>
    Object.entries(contestant.variants).map(([key, variant]) => {
      const { name: file, lacks = {}, missing } = contestant
      const server = variant.server ?? contestant.server
      const title = `${contestant.title}, ${variant.title}`
      return { name: `${file}/${key}`, file, title, server, lacks, variant, missing }
    }),
  )
  return select(contestants, only, 'contestant')
}

async function load(folder) {
  const home = new URL(`./${folder}/`, import.meta.url)
  const names = (await readdir(home)).filter(file => file.endsWith('.js'))
  return Promise.all(
    names.map(async file => ({ name: file.slice(0, -3), ...(await import(new URL(file, home))) })),
  )
}

/** Those whose name is asked for, or the part of it before the slash. */
function select(all, only, kind) {
  if (only === undefined) return all
  const wanted = only.split(',')
  const fits = ({ name }, word) => name === word || name.startsWith(`${word}/`)
  for (const word of wanted) {
    if (all.some(one => fits(one, word))) continue
    throw new WrongUsage(`there is no ${kind} ${word}; there are ${all.map(({ name }) => name).join(', ')}`)
  }
  return all.filter(one => wanted.some(word => fits(one, word)))
}
