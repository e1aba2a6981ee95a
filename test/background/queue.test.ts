import { expect, test } from 'vitest'
import { Queue, queueName } from '../../background/queue.ts'

test('a queue has a name that stays', () => {
  const queue = Queue.for('email')
  expect(queue.name).toBe('email')
  expect(() => Object.assign(queue, { name: 'other' })).toThrow(TypeError)
})

test('a queue is known by itself and by its name', () => {
  expect(queueName(Queue.for('email'))).toBe('email')
  expect(queueName('email')).toBe('email')
  expect(queueName({ name: 'email', [Symbol.for('kretes.queue')]: true } as never)).toBe('email')
})

test('names have 1 to 128 characters', () => {
  expect(Queue.for('x').name).toBe('x')
  expect(Queue.for('x'.repeat(128)).name).toHaveLength(128)
  expect([...Queue.for('😀'.repeat(128)).name]).toHaveLength(128)
  expect(() => Queue.for('😀'.repeat(129))).toThrow('queue')
})

test.each([[''], ['x'.repeat(129)], ['a\0'], ['a\nb'], ['\ud800'], [7], [undefined]])(
  '%j is no name',
  name => {
    const refusal = expect.objectContaining({ code: 'INVALID_OPTION' })
    expect(() => Queue.for(name as string)).toThrow(refusal)
    expect(() => queueName(name as string)).toThrow(refusal)
  },
)
