import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const TABLE = /^create table background\.(\w+) \($([\s\S]*?)^\)/gm
const COLUMN = /^ {2}(\w+) (?!\()/gm
const OTHERS = /^create (?:or replace )?(?:unique )?(index|view|function) (?:background\.)?(\w+)/gm

/** What all migrations together make, by name: `table job`, `column job.id`, `index ready_order`, `view jobs`. */
export async function expectedObjects(): Promise<string[]> {
  const manifest = createRequire(import.meta.url).resolve('@kretes/background/package.json')
  return objectsIn(await readFile(join(dirname(manifest), 'migrations/schema.sql'), 'utf8'))
}

/** The names in a dump of the schema. */
function objectsIn(dump: string): string[] {
  const tables = [...dump.matchAll(TABLE)].flatMap(([, table, body = '']) => [
    `table ${table}`,
    ...[...body.matchAll(COLUMN)]
      .map(([, column]) => column)
      .filter(column => column !== 'constraint')
      .map(column => `column ${table}.${column}`),
  ])
  const others = [...dump.matchAll(OTHERS)].map(([, kind, name]) => `${kind} ${name}`)
  return [...new Set([...tables, ...others])]
}
