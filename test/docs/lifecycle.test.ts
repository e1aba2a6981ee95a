import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { useDatabase } from '../support/database.ts'
import { readPage, tableRows } from '../support/markdown.ts'
import { REPOSITORY } from '../support/sources.ts'

const lifecycle = readPage('docs/lifecycle.md')
const transitions = tableRows(lifecycle.text, 'from').map(row => row.map(cell => cell.replaceAll('`', '')))
const database = useDatabase()

test('every transition is made by a verb of the engine', () => {
  expect(transitions.length).toBeGreaterThan(10)
  const asked = tableRows(lifecycle.text, 'asked for').map(([verb = '']) => verb.replaceAll('`', ''))
  const verbs = [...new Set([...transitions.map(([, , verb]) => verb), ...asked])]
  expect(verbs.filter(verb => !existsSync(join(REPOSITORY, `background/engine/${verb}.ts`)))).toEqual([])
})

test('the states are those of the views, and each can be reached', async () => {
  const [row] = await database().query<{ text: string }>(
    `select pg_get_viewdef('background.jobs'::regclass) || pg_get_viewdef('background.history'::regclass) as text`,
  )
  const said = [...(row?.text ?? '').matchAll(/'([a-z]+)'::text/g)].map(([, state]) => state)
  const reached = transitions.map(([, to]) => to)
  expect([...new Set(reached)].sort()).toEqual([...new Set(said)].sort())
})

test('the drawing shows the transitions of the table', () => {
  const drawn = [...(lifecycle.blocks[0]?.code ?? '').matchAll(/(\S+) --> (\w+): (.+)/g)]
  const shown = new Set(drawn.map(([, from, to]) => `${from === '[*]' ? '–' : from} ${to}`))
  expect([...shown].sort()).toEqual([...new Set(transitions.map(([from, to]) => `${from} ${to}`))].sort())
})
