import { expect, test } from 'vitest'
import { LiveRegistry } from '../../background/live-registry.ts'
import { createRegistry } from '../../background/registry.ts'

const version = (text: string) => () => text
const runs = (registry: LiveRegistry, name: string) => registry.get(name).run({}, {} as never)

test('tasks are replaced, and what is kept stays as it was', () => {
  const registry = new LiveRegistry(createRegistry({ A: version('a1'), B: version('b1') }))
  registry.become(createRegistry({ A: version('a2'), C: version('c1') }), ['B'])
  expect(registry.names).toEqual(['A', 'B', 'C'])
  expect(['A', 'B', 'C'].map(name => runs(registry, name))).toEqual(['a2', 'b1', 'c1'])
  registry.become(createRegistry({ B: version('b2') }), ['A'])
  expect(registry.names).toEqual(['A', 'B'])
  expect(['A', 'B'].map(name => runs(registry, name))).toEqual(['a2', 'b2'])
})

test('a task that is gone is not found, but what was claimed of it runs', () => {
  const registry = new LiveRegistry(createRegistry({ A: version('a1') }))
  registry.become(createRegistry({}))
  expect(registry.names).toEqual([])
  expect(registry.find('A')).toBeUndefined()
  expect(runs(registry, 'A')).toBe('a1')
  expect(() => registry.get('Z')).toThrow('Z')
})
