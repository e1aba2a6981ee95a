import { expect, test } from 'vitest'
import { Bookmark } from '../../../background/worker/bookmark.ts'
import { eventually } from '../../support/eventually.ts'

const at = (id: string) => ({ jobs: [], ends: new Map([[0, { priority: 0, runAt: 0, id }]]) })
const HOUR = 3_600_000

test('the first claim is from the beginning, and what it cost is spent several times behind it', async () => {
  const bookmark = new Bookmark()
  expect(bookmark.place).toBeUndefined()
  bookmark.claimed(at('7'), bookmark.place, HOUR)
  expect(bookmark.place?.get(0)?.id).toBe('7')

  const cheap = new Bookmark()
  cheap.claimed(at('7'), cheap.place, 1)
  await eventually(() => cheap.place === undefined)
})

test('each claim moves it on, in the lanes that gave jobs', () => {
  const bookmark = new Bookmark()
  bookmark.claimed(at('7'), undefined, HOUR)
  const { place } = bookmark
  bookmark.claimed({ jobs: [], ends: new Map([[3, { priority: 1, runAt: 5, id: '9' }]]) }, place, 1)
  expect([...(bookmark.place ?? [])].map(([lane, { id }]) => [lane, id])).toEqual([
    [0, '7'],
    [3, '9'],
  ])
  bookmark.lose()
  expect(bookmark.place).toBeUndefined()
})

test('a claim from the beginning forgets where others ended', () => {
  const bookmark = new Bookmark()
  bookmark.claimed(at('7'), undefined, HOUR)
  bookmark.lose()
  bookmark.claimed({ jobs: [], ends: new Map() }, bookmark.place, HOUR)
  expect(bookmark.place?.size).toBe(0)
})
