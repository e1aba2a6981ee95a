import type { Argument, Command, Option } from 'commander'

/** bash takes `--queue=email` for three words; other shells take it for one. */
const EQUALS = '='

/** What only the project knows. */
export interface Names {
  tasks(): Promise<readonly string[]>
  queues(): Promise<readonly string[]>
}

/** What can follow the words that have been typed, the last of which may be unfinished or empty. */
export async function complete(
  program: Command,
  typed: readonly string[],
  names: Names,
): Promise<readonly string[]> {
  const [words, last] = [typed.slice(0, -1).filter(word => word !== EQUALS), typed.at(-1) ?? '']
  const [, flag, value] = /^(--[\w-]+)=(.*)$/s.exec(last) ?? []
  if (last === EQUALS) return complete(program, [...words, ''], names)
  if (flag !== undefined && value !== undefined)
    return (await complete(program, [...words, flag, value], names)).map(found => `${flag}=${found}`)
  const { command, given, open } = follow(program, words)
  const candidates = open
    ? await valuesOf(open.long ?? '', open.argChoices, names)
    : last.startsWith('-')
      ? flagsOf(command)
      : [...commandsOf(command, given), ...(await argumentsOf(command, given, names))]
  return candidates.filter(candidate => candidate.startsWith(last))
}

interface Position {
  readonly command: Command
  /** How many arguments the command has been given. */
  readonly given: number
  /** The flag whose value comes next. */
  readonly open: Option | undefined
}

/** Goes through the words as commander would. */
function follow(program: Command, words: readonly string[]): Position {
  let [command, given] = [program, 0]
  let open: Option | undefined
  for (const word of words) {
    if (open) {
      open = undefined
      continue
    }
    const next = given === 0 ? subcommand(command, word) : undefined
    const flag = command.options.find(({ long, short }) => long === word || short === word)
    if (next) command = next
    else if (flag) open = flag.required || flag.optional ? flag : undefined
    else if (!word.startsWith('-')) given++
  }
  return { command, given, open }
}

function subcommand(command: Command, word: string): Command | undefined {
  return command.commands.find(each => each.name() === word || each.aliases().includes(word))
}

function commandsOf(command: Command, given: number): string[] {
  return given > 0 ? [] : command.commands.map(each => each.name())
}

function flagsOf(command: Command): string[] {
  return [...command.options.map(({ long }) => long ?? ''), '--help'].filter(Boolean)
}

async function argumentsOf(command: Command, given: number, names: Names): Promise<readonly string[]> {
  const all: readonly Argument[] = command.registeredArguments
  const argument = all[given] ?? (all.at(-1)?.variadic ? all.at(-1) : undefined)
  return argument ? valuesOf(argument.name(), argument.argChoices, names) : []
}

async function valuesOf(
  name: string,
  choices: readonly string[] | undefined,
  names: Names,
): Promise<readonly string[]> {
  if (choices) return choices
  if (name === 'task') return names.tasks()
  if (name === 'queue' || name === '--queue') return names.queues()
  return []
}
