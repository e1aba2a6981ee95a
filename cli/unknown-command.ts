import type { Command } from 'commander'
import { didYouMean } from '../framework/did-you-mean.ts'
import { UsageError } from './errors.ts'

/** A group runs its default command, so commander takes every word it does not know for an argument of that. */
export function refuseUnknownCommand(group: Command, [word]: readonly string[]): void {
  if (word === undefined) return
  const known = group.commands.map(command => command.name())
  const meant = didYouMean(word, known)
  throw new UsageError(
    `there is no command ${pathOf(group)} ${word}${meant ? `; did you mean ${meant}?` : ''}`,
    `known commands: ${known.join(', ')}`,
  )
}

/** `ks bg queues` */
export function pathOf(command: Command): string {
  return command.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name()
}
