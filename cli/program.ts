import { Command, CommanderError } from 'commander'
import { VERSION } from '../framework/own-package.ts'
import { register as addBackground } from './commands/background/register.ts'
import { addCompletion } from './commands/completion.ts'
import { addNew } from './commands/new.ts'
import { addStart } from './commands/start.ts'
import { reportError, UsageError } from './errors.ts'
import { EXIT_HELP, exitCodeOf } from './exit-codes.ts'
import { remoteMistake } from './remote.ts'
import { pathOf } from './unknown-command.ts'

/** The commands of `ks`. They load their code when they are called, so that `ks --help` waits for none of it. */
const COMMANDS = [addStart, addBackground, addNew, addCompletion]
/** As commander reads it. */
const HELP = 'help [command]'

/** Runs the command that `args` name. Never rejects: an error is reported and becomes the exit code. */
export async function run(args: readonly string[]): Promise<void> {
  const program = createProgram()
  try {
    if (!isOurs(program, args)) await lookForPlugins(program)
    await program.parseAsync(args.length > 0 ? args : ['--help'], { from: 'user' })
  } catch (thrown) {
    if (thrown instanceof CommanderError && thrown.exitCode === 0) return
    const error = thrown instanceof CommanderError ? misuse(thrown, program, args) : thrown
    reportError(error, { json: asks(args, '--json'), verbose: asks(args, '--verbose', '-v') })
    process.exitCode = exitCodeOf(error)
  }
}

/** Whether `args` ask for something that is ours: one of the commands, or none of them as in `ks --help`. */
function isOurs(program: Command, [word]: readonly string[]): boolean {
  if (word === undefined || word === 'help' || word.startsWith('-')) return true
  return program.commands.some(one => one.name() === word || one.aliases().includes(word))
}

/** A plugin of the app may have the command; without an app, the word is simply unknown. */
async function lookForPlugins(program: Command): Promise<void> {
  const { addPluginCommands } = await import('./plugin-commands.ts')
  await addPluginCommands(program).catch(error => {
    if (!(error instanceof UsageError)) throw error
  })
}

/** The whole command tree. */
export function createProgram(): Command {
  const program = new Command('ks')
    .description('The command line of an app: serves it, and runs its background jobs.')
    .version(VERSION, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help for a command')
    .helpCommand(HELP, 'print help for a command')
    .exitOverride()
    .configureOutput({ outputError: () => {} })
    .addHelpText('after', `\n${EXIT_HELP}\n\nEach command has its own help: ks bg schedule --help`)
  for (const add of COMMANDS) add(program)
  return program
}

/** Looked for by hand, because the arguments may be what is wrong. */
function asks(args: readonly string[], ...flags: string[]): boolean {
  const end = args.indexOf('--')
  return args.slice(0, end < 0 ? undefined : end).some(arg => flags.includes(arg))
}

function misuse({ code, message }: CommanderError, program: Command, args: readonly string[]): UsageError {
  const command = commandIn(program, args)
  const name = pathOf(command)
  // its help has been printed, because there was nothing to do
  if (code === 'commander.help') return unfinished(name, command)
  const aboutRemote = remoteMistake(message, name)
  if (aboutRemote) return aboutRemote
  const [what = '', meant] = message.replace(/^error: /, '').split(/\n\(Did you mean (.*)\?\)/)
  return new UsageError(
    meant ? `${what}; did you mean ${meant}?` : what.replace(/\.$/, ''),
    `see: ${name} --help`,
  )
}

function unfinished(name: string, command: Command): UsageError {
  const known = command.createHelp().visibleCommands(command)
  const names = known.map(each => each.name()).filter(each => each !== 'help')
  return new UsageError(`${name} needs one of its commands`, `known commands: ${names.join(', ')}`)
}

/** The command that `args` name, as far as they name one. */
function commandIn(program: Command, args: readonly string[]): Command {
  let command = program
  for (const arg of args) {
    const next = command.commands.find(each => each.name() === arg || each.aliases().includes(arg))
    if (!next) break
    command = next
  }
  return command
}
