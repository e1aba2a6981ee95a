import { expect, test } from 'vitest'
import { explainDenialIn } from '../../../background/client/denial.ts'

const denial = Object.assign(new Error('permission denied for function enqueue_one'), { code: '42501' })

test.each([
  ['as PostgreSQL sent it', denial],
  ['as the cause of another', new Error('Failed query: select', { cause: denial })],
  [
    'beside the code of a driver',
    Object.assign(new Error('raw query failed'), { code: 'P2010', meta: denial }),
  ],
])('a denial %s is ours, and keeps what it was', (_, error) => {
  expect(explainDenialIn(error)).toMatchObject({
    code: 'PERMISSION_DENIED',
    message: 'the user of this transaction may not schedule jobs: permission denied for function enqueue_one',
    hint: expect.stringContaining('background_enqueuer'),
    cause: error,
  })
})

test.each([[new Error('no')], [Object.assign(new Error('no'), { code: '23505' })], ['text'], [null]])(
  '%s is something else, and stays as it is',
  error => {
    expect(explainDenialIn(error)).toBe(error)
  },
)

test('errors that are each the cause of the other end the search', () => {
  const error = new Error('round')
  error.cause = error
  expect(explainDenialIn(error)).toBe(error)
})
