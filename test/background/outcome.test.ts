import { expect, test } from 'vitest'
import { cancel, discard, outcomeOfError, retryAt, snooze } from '../../background/outcome.ts'

function thrownBy(action: () => unknown): unknown {
  try {
    action()
  } catch (thrown) {
    return thrown
  }
  throw new Error('nothing was thrown')
}

test('discard', () => {
  const thrown = thrownBy(() => discard('the customer is gone'))
  expect(thrown).toMatchObject({ name: 'DiscardJob', message: 'the customer is gone' })
  expect(outcomeOfError(thrown)).toEqual({ kind: 'discarded', reason: 'the customer is gone', error: thrown })
})

test('discard with the error that is to blame', () => {
  const cause = new Error('410')
  expect(outcomeOfError(thrownBy(() => discard('gone', cause)))).toMatchObject({
    kind: 'discarded',
    error: cause,
  })
})

test('cancel', () => {
  expect(outcomeOfError(thrownBy(() => cancel('not wanted')))).toEqual({
    kind: 'cancelled',
    reason: 'not wanted',
  })
})

test('snooze', () => {
  expect(outcomeOfError(thrownBy(() => snooze('10m')))).toEqual({ kind: 'snoozed', ms: 600_000 })
})

test('retryAt a time and after a while, with the error to show', () => {
  const date = new Date('2030-01-01')
  const cause = new Error('429')
  const atDate = thrownBy(() => retryAt(date))
  expect(outcomeOfError(atDate)).toEqual({ kind: 'failed', error: atDate, retryAt: date })
  expect(outcomeOfError(thrownBy(() => retryAt('5s', cause)))).toEqual({
    kind: 'failed',
    error: cause,
    retryIn: 5_000,
  })
})

test('a duration that cannot be read fails the attempt with the reason', () => {
  expect(outcomeOfError(thrownBy(() => snooze('soon')))).toMatchObject({
    kind: 'failed',
    error: { code: 'INVALID_DURATION' },
  })
})

test('what another copy of the package throws counts', () => {
  const outcome = { kind: 'snoozed', ms: 1 }
  expect(outcomeOfError({ [Symbol.for('kretes.outcome')]: outcome })).toBe(outcome)
})

test.each([[new Error('no')], ['text'], [undefined], [null], [42]])('%s fails the attempt', thrown => {
  expect(outcomeOfError(thrown)).toEqual({ kind: 'failed', error: thrown })
})
