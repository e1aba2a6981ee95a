import type { Command } from 'commander'
import { refuseUnknownCommand } from './unknown-command.ts'

/** A command that has commands of its own, of which `ls`, if it is among them, runs when none is named. */
export interface GroupOptions {
  readonly name: string
  readonly summary: string
  readonly commands: readonly ((group: Command) => void)[]
}

/** Adds a group of commands. */
export function addGroup(parent: Command, { name, summary, commands }: GroupOptions): void {
  const group = parent.command(name).summary(summary)
  for (const add of commands) add(group)
  const hasLs = group.commands.some(command => command.name() === 'ls')
  group.description(`${capitalized(summary)}.${hasLs ? ' Without a command: ls.' : ''}`)
}

/** The command `ls` of a group, without arguments: whatever stands behind the group's name is meant for a command. */
export function addLs(group: Command, summary: string): Command {
  const ls = group
    .command('ls', { isDefault: true })
    .alias('list')
    .summary(summary)
    .description(`${capitalized(summary)}.`)
  return ls.allowExcessArguments().hook('preAction', (_, { args }) => refuseUnknownCommand(group, args))
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
