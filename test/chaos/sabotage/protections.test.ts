import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { REPOSITORY } from '../../support/sources.ts'
import { FAULTS } from '../faults/all.ts'
import { PROTECTIONS } from './protections.ts'

test.each(PROTECTIONS)('$name is in the code to be taken out, and its faults exist', ({ edits, faults }) => {
  const absent = edits.filter(
    ({ file, from }) => !readFileSync(join(REPOSITORY, file), 'utf8').includes(from),
  )
  expect(absent).toEqual([])
  expect(faults.filter(name => !FAULTS.some(fault => fault.name === name))).toEqual([])
})
