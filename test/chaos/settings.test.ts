import { expect, test } from 'vitest'
import { readSettings, USAGE, WrongUsage } from './settings.ts'

const why = (...args: string[]) => {
  try {
    return readSettings(args)
  } catch (error) {
    expect(error).toBeInstanceOf(WrongUsage)
    return (error as Error).message
  }
}

test('without options it is a minute of all faults on the newest PostgreSQL', () => {
  expect(readSettings([]).settings).toEqual({
    ...{ seed: 1, milliseconds: 60_000, rate: 200, postgres: '18', keep: false },
    faults: undefined,
  })
})

test('seconds count more than minutes, faults are a list, and a protection is found by its name', () => {
  const { settings, without } = readSettings([
    '--minutes',
    '9',
    '--faults',
    'kill,freeze',
    '--without',
    'trial',
  ])
  expect(settings).toMatchObject({ milliseconds: 540_000, faults: ['kill', 'freeze'] })
  expect(without.map(({ name }) => name)).toEqual(['trial'])
  expect(readSettings(['--minutes', '9', '--seconds', '5']).settings.milliseconds).toBe(5_000)
})

test('what it does not know it does not run without', () => {
  expect(why('--faults', 'kill,nonsense')).toMatch(/^there is no fault nonsense; there are .*kill/)
  expect(why('--without', 'nonsense')).toMatch(/^there is no protection nonsense; there are claim-fence/)
  expect(why('--postgres', '11')).toBe('there is no PostgreSQL 11 here; 12 to 18 are')
  expect(why('--rate', 'many')).toBe(`a number above 0 is expected\n\n${USAGE}`)
  expect(why('--nonsense')).toContain(USAGE)
})
