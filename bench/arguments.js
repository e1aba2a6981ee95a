import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

export const USAGE = `npm run bench -- [options]

Starts a PostgreSQL and, where redis-server is installed, a Redis; plays each case with each contestant in turn;
prints a table and writes it, with all that was measured, to bench/results/.
The peers have to be installed once: npm ci --prefix bench/peers

  --cases drain,bulk             only these cases
  --contestants ours,pg-boss/loop  only these contestants, or all variants of one
  --rounds 3                     how often each contestant plays each case
  --jobs 200000                  how many jobs a drain has; other cases grow and shrink with it
  --limit 60                     how many seconds a contestant may take in the measured part of a case
  --json FILE                    where to write the results
  --list                         what there is to choose from`

/** Says what whoever started this has to do differently. */
export class WrongUsage extends Error {}

const text = { type: 'string' }
const flag = { type: 'boolean' }

/** What was asked for on the command line. */
export function readArguments() {
  const values = parse()
  return {
    ...values,
    rounds: whole('rounds', values.rounds ?? '3'),
    jobs: whole('jobs', values.jobs ?? '200000'),
    limit: whole('limit', values.limit ?? '60'),
    json: values.json ?? defaultFile(),
  }
}

function parse() {
  const choice = { cases: text, contestants: text, json: text, list: flag, help: { ...flag, short: 'h' } }
  try {
    return parseArgs({ options: { ...choice, rounds: text, jobs: text, limit: text } }).values
  } catch (error) {
    throw new WrongUsage(error.message)
  }
}

function whole(name, value) {
  const number = Number(value)
  if (Number.isInteger(number) && number > 0) return number
  throw new WrongUsage(`--${name} is a whole number above 0, not ${value}`)
}

function defaultFile() {
  const moment = new Date().toISOString().slice(0, 16).replace(':', '-')
  return fileURLToPath(new URL(`./results/${moment}.json`, import.meta.url))
}
