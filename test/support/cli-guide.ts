import type { Command } from 'commander'

/** The command tree as Markdown: a section for each command, with its help as `--help` prints it. */
export function guideOf(program: Command): string {
  return `# The command line

Written from the commands themselves, as \`--help\` prints them; \`npm run guide\` writes it anew.

Results go to stdout, messages to stderr. With \`--json\` a command writes one JSON text to stdout, or one per line while it
goes on; errors too: \`{ "error": { "code", "message", "hint" } }\`. Colours, widths and progress are for terminals;
\`NO_COLOR\` turns colours off. A query, an id and a queue mean the same in every command.

Commands with \`--remote\` work from anywhere: \`ks bg list state:discarded --remote https://admin.example.com/background\` asks
the dashboard that is mounted there, by its API, and needs neither the code nor the database. \`KRETES_REMOTE\` says the same for
all commands, and those that need the database itself refuse to run while it is set. \`KRETES_REMOTE_TOKEN\` is sent as
\`Authorization: Bearer …\`; what it may do, the dashboard's \`authorize\` decides. Payloads are checked by the code where the
dashboard is, what is secret is hidden there, also from \`--json\`, and errors and exit codes are those that one would see there.

${sectionsOf(program, []).join('\n')}`
}

function sectionsOf(command: Command, parents: readonly string[]): string[] {
  const path = [...parents, command.name()]
  const children = command
    .createHelp()
    .visibleCommands(command)
    .filter(child => child.name() !== 'help')
  const help = ['```text', helpOf(command), '```', ''].join('\n')
  return [
    `${'#'.repeat(Math.min(path.length + 1, 4))} \`${path.join(' ')}\`\n\n${help}`,
    ...children.flatMap(child => sectionsOf(child, path)),
  ]
}

/** As wide as a page, and with what is said below it. */
function helpOf(command: Command): string {
  let text = ''
  const writeOut = (part: string) => {
    text += part
  }
  command.configureOutput({ writeOut, getOutHelpWidth: () => 110 })
  command.outputHelp()
  return text.trimEnd()
}
