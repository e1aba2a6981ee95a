import type { Command } from 'commander'
import { expect, test } from 'vitest'
import { createProgram } from '../../../cli/program.ts'
import { guideOf } from '../../support/cli-guide.ts'

/** All commands that help shows, the groups among them too. */
function commandsIn(command: Command): Command[] {
  return command
    .createHelp()
    .visibleCommands(command)
    .filter(each => each.name() !== 'help')
    .flatMap(each => [each, ...commandsIn(each)])
}

test('the guide has every command as its help has it; npm run guide writes it anew', async () => {
  await expect(
    guideOf(createProgram()),
    'docs/guides/cli.md is out of date: npm run guide',
  ).toMatchFileSnapshot('../../../docs/guides/cli.md')
})

test('every command has a summary, an example, and --json', () => {
  const guide = guideOf(createProgram())
  for (const command of commandsIn(createProgram())) {
    const names = [command.name()]
    for (let up = command.parent; up; up = up.parent) names.unshift(up.name())
    const path = names.join(' ')
    expect(command.summary(), path).not.toBe('')
    if (command.commands.length > 0 || names.includes('completion')) continue
    const [, section = ''] = guide.split(`\`${path}\`\n`)
    const help = section.split('\n#')[0]
    expect(help, path).toMatch(/Examples?:\n {2}/)
    expect(help, path).toContain('--json')
  }
})
