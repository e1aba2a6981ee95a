import { BESIDE } from './results.js'
import { number, table } from './table.js'

const OURS = 'ours/defaults'
const LONGEST_NOTE = 300

/** The report as Markdown: the circumstances, then a table for each case that was played. */
export function render({ about, scenes, contestants, results }) {
  const names = ['floor', ...contestants.map(({ name }) => name)]
  const find = (scene, contestant) => results.find(r => r.scene === scene && r.contestant === contestant)
  const parts = scenes.map(scene => {
    const played = names.map(name => find(scene.name, name)).filter(result => result)
    if (played.length === 0) return []
    const ours = find(scene.name, OURS)
    const rows = played.map(result =>
      rowOf({ scene, result, ours, base: find(scene.versus, result.contestant) }),
    )
    return [`### ${scene.title}`, table(headerOf(scene), rows), ...notesOf(played)]
  })
  return [...circumstances(about), ...parts.flat()].join('\n\n')
}

function circumstances({ machine, postgres, settings, redis, options: { jobs, rounds } }) {
  const { processor, cores, memoryGB, system, node, commit, load } = machine
  const changed = Object.entries(settings).map(([name, value]) => `${name} ${value}`)
  return [
    `${processor}, ${cores} cores, ${memoryGB} GB, ${system}; Node ${node}; commit ${commit}; load at the start ${load.toFixed(2)}.`,
    `PostgreSQL ${postgres} with ${changed.join(', ')}, all else as it comes; ${redis}.`,
    `${number(jobs)} jobs; medians of ${rounds} rounds. "ours / it" is our number divided by that of the row.`,
  ]
}

function headerOf({ columns, versus }) {
  const values = Object.values(columns).flatMap(title => [title, 'ours / it'])
  return ['contestant', ...values, ...(versus ? [`/ ${versus}`] : []), ...Object.keys(BESIDE)]
}

/** `base` is the result of the same contestant in the case that this one is compared with. */
function rowOf({ scene, result, ours, base }) {
  const columns = Object.keys(scene.columns)
  const values = columns.flatMap(column => {
    const ratio = result === ours ? '' : number(ours?.values[column] / result.values[column])
    return [shown(result, result.values[column]), ratio]
  })
  const [first] = columns
  const compared = scene.versus ? [number(result.values[first] / base?.values[first])] : []
  return [result.contestant, ...values, ...compared, ...Object.values(result.beside).map(number)]
}

/** A number that is not what was asked for carries a mark: some rounds were cut off, or failed. */
function shown({ status }, value) {
  if (value === undefined) return status
  return status === 'ok' ? number(value) : `${number(value)} (${status})`
}

function notesOf(played) {
  const lines = played
    .filter(({ note }) => note)
    .map(({ contestant, note }) => `- ${contestant}: ${note.replaceAll(/\s+/g, ' ').slice(0, LONGEST_NOTE)}`)
  return lines.length > 0 ? [lines.join('\n')] : []
}
