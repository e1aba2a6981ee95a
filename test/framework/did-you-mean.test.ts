import { expect, test } from 'vitest'
import { didYouMean } from '../../framework/did-you-mean.ts'

test.each([
  ['prot', ['port', 'host'], 'port'],
  ['poolsize', ['url', 'poolSize'], 'poolSize'],
  ['SendEmial', ['SendEmail', 'SendSms'], 'SendEmail'],
  ['bakground', ['database', 'background', 'http'], 'background'],
  ['colour', ['url', 'poolSize'], undefined],
  ['anything', [], undefined],
])('%s among %j was meant to be %s', (word, candidates, expected) => {
  expect(didYouMean(word, candidates)).toBe(expected)
})
