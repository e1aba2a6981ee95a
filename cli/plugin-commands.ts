import type { Command } from 'commander'
import { createTaskCompiler } from '../background/operator.ts'
import type { Compiled } from '../framework/compiler.ts'
import { findAppFile, importApp } from './app-file.ts'
import { findProject } from './project.ts'

/** What a plugin's `commands` module exports. */
interface CommandModule {
  register(program: Command): void
}

/**
 * Adds the commands that the plugins of the app in this directory bring. The app has to be compiled for that, so
 * it is asked only for a word that no command of ours has.
 *
 * @throws UsageError when there is no app here; KretesError `INVALID_APP` when it does not compile.
 */
export async function addPluginCommands(program: Command): Promise<void> {
  const { root, background } = await findProject()
  const compiler = createTaskCompiler({ root, directory: background.tasks })
  try {
    const [compiled] = await compiler.compile([findAppFile(root, undefined)])
    const { plugins } = await importApp(compiled as Compiled, root)
    for (const { name, commands } of plugins)
      if (commands && name !== 'background')
        ((await import(commands.href)) as CommandModule).register(program)
  } finally {
    await compiler.close()
  }
}
