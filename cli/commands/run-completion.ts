import type { Command } from 'commander'
import { complete } from '../completion/complete.ts'
import { NAMES } from '../completion/names.ts'
import { SCRIPTS, type Shell } from '../completion/scripts.ts'
import { print } from '../output.ts'

/** What `ks completion bash` and its like do. */
export function runCompletion(shell: Shell): void {
  print(SCRIPTS[shell].trimEnd())
}

/** What the scripts ask. */
export async function runCompletionWords(program: Command, words: readonly string[]): Promise<void> {
  for (const word of await complete(program, words, NAMES)) print(word)
}
