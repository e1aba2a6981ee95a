import { didYouMean } from '../framework/did-you-mean.ts'
import type { CronOptions } from './cron.ts'
import { checkCronOption } from './cron-checks.ts'
import { type Flaw, flawOf } from './crontab-problems.ts'
import { InvalidOption } from './errors.ts'

/** The options of a line, and what is wrong with them, in columns from the question mark. */
interface Query {
  readonly options: Partial<CronOptions>
  readonly flaws: readonly Flaw[]
}

/** What each parameter means; the first seven are Graphile Worker's. */
const PARAMETERS: Readonly<Record<string, keyof CronOptions>> = {
  id: 'name',
  fill: 'fill',
  max: 'maxAttempts',
  queue: 'queue',
  jobKey: 'key',
  jobKeyMode: 'keyMode',
  priority: 'priority',
  tz: 'timeZone',
  missed: 'missed',
  cap: 'cap',
}
const NUMBERS = ['max', 'priority', 'cap']
const KNOWN = Object.keys(PARAMETERS)

/** The options in `id=a&max=3`, what follows the question mark of a crontab line. */
export function readQuery(text: string): Query {
  const options: Record<string, unknown> = {}
  const flaws: Flaw[] = []
  let column = 1
  for (const part of text.split('&')) {
    try {
      const { option, value } = readParameter(part)
      if (option in options)
        throw new InvalidOption(`${nameIn(part)} is given twice`, 'give each option once')
      options[option] = value
    } catch (error) {
      flaws.push(flawOf(error, column))
    }
    column += part.length + 1
  }
  return { options: options as Partial<CronOptions>, flaws }
}

function readParameter(part: string): { readonly option: keyof CronOptions; readonly value: unknown } {
  const name = nameIn(part)
  const option = Object.hasOwn(PARAMETERS, name) ? PARAMETERS[name] : undefined
  if (option === undefined) throw unknown(name)
  if (!part.includes('=')) throw new InvalidOption(`${name} has no value`, `write ${name}=value`)
  const text = decoded(name, part.slice(name.length + 1))
  const value = NUMBERS.includes(name) && /^-?\d+$/.test(text) ? Number(text) : text
  checkCronOption(option, value, name)
  return { option, value }
}

function nameIn(part: string): string {
  return part.split('=', 1)[0] as string
}

/** As in a URL, but for time zones, which have plus signs and no spaces: `Etc/GMT+5`. */
function decoded(name: string, value: string): string {
  try {
    return decodeURIComponent(name === 'tz' ? value : value.replaceAll('+', ' '))
  } catch {
    throw new InvalidOption(`${name} has a % that means nothing`, 'write a percent sign as %25')
  }
}

function unknown(name: string): InvalidOption {
  const meant = name.length > 60 ? undefined : didYouMean(name, KNOWN)
  const question = meant ? `; did you mean ${meant}?` : ''
  const told = name === '' ? 'an option without a name' : `unknown option ${name.slice(0, 60)}`
  return new InvalidOption(told + question, `allowed: ${KNOWN.join(', ')}`)
}
