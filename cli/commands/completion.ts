import { Argument, type Command } from 'commander'
import { SHELLS } from '../completion/scripts.ts'

const EXAMPLES = `
Examples:
  source <(ks completion bash)                            in ~/.bashrc
  source <(ks completion zsh)                             in ~/.zshrc
  ks completion fish > ~/.config/fish/completions/ks.fish`

/** Adds `ks completion`. */
export function addCompletion(program: Command): void {
  addCompletionScripts(program)
    .command('words', { hidden: true })
    .addArgument(new Argument('[word...]'))
    .allowUnknownOption()
    .helpOption(false)
    .action(async (words: readonly string[]) => {
      const { runCompletionWords } = await import('./run-completion.ts')
      await runCompletionWords(program, words)
    })
}

/** Adds the command that prints the scripts, which are the same wherever it is. */
export function addCompletionScripts(parent: Command): Command {
  const completion = parent
    .command('completion')
    .summary('print what lets a shell complete ks')
    .description('Prints a script by which a shell completes commands, flags, tasks and queues.')
    .addHelpText('after', EXAMPLES)
  for (const shell of SHELLS)
    completion
      .command(shell)
      .summary(`for ${shell}`)
      .description(`Prints the script for ${shell}.`)
      .action(async () => {
        const { runCompletion } = await import('./run-completion.ts')
        runCompletion(shell)
      })
  return completion
}
