import { expect, onTestFinished, test, vi } from 'vitest'
import { run, type Task } from '../../../background/index.ts'
import { createLogger, type Logger } from '../../../framework/logger.ts'
import { useEngine } from '../../support/engine.ts'
import { eventually } from '../../support/eventually.ts'

const engine = useEngine()
const silent = createLogger({ level: 'silent' })

interface Options {
  readonly captureConsole?: boolean
  readonly logger?: Logger
}

/** A runner with this task. */
async function runnerOf(
  Talk: Task<{ who: string }>,
  { captureConsole = true, logger = silent }: Options = {},
) {
  const runner = await run({ url: engine().url, tasks: { Talk }, logger, captureConsole })
  onTestFinished(() => runner.stop())
  /** What a job has logged, once it has finished. */
  const linesOf = async (id: string) => {
    await eventually(async () => (await runner.jobs.get(id)).finishedAt, 20_000)
    const [attempt] = await runner.jobs.logs(id)
    return attempt?.lines.map(({ level, message }) => `${level} ${message}`) ?? []
  }
  const schedule = async (who: string) => (await runner.schedule({ task: Talk, payload: { who } })).id
  return { runner, schedule, linesOf }
}

/** What the console really wrote. */
function written() {
  const write = vi.spyOn(console, 'log').mockImplementation(() => {})
  onTestFinished(() => write.mockRestore())
  return write
}

test('what jobs write to the console at the same time is with the job that wrote it', async () => {
  const really = written()
  const { schedule, linesOf } = await runnerOf(async ({ who }) => {
    console.log('%s begins', who, { n: 1 })
    await new Promise(resolve => setImmediate(resolve))
    console.warn(`${who} is slow`)
    console.error(new Error(`${who} is lost`).message)
    console.table([{ who }])
  })
  const ids = await Promise.all(['ann', 'bob'].map(schedule))
  for (const [at, who] of ['ann', 'bob'].entries()) {
    const lines = await linesOf(ids[at] as string)
    expect(lines.slice(0, 3)).toEqual([
      `info ${who} begins { n: 1 }`,
      `warn ${who} is slow`,
      `error ${who} is lost`,
    ])
    expect(lines[3]).toContain(`'${who}'`)
  }
  expect(really).not.toHaveBeenCalled()
  console.log('outside of a job')
  expect(really).toHaveBeenCalledExactlyOnceWith('outside of a job')
})

test('once the last worker has stopped, the console is what it was', async () => {
  const before = console.log
  const [one, other] = [await runnerOf(() => {}), await runnerOf(() => {})]
  expect(console.log).not.toBe(before)
  await one.runner.stop()
  expect(console.log).not.toBe(before)
  await other.runner.stop()
  expect(console.log).toBe(before)
})

test('unless it is switched on, nothing is touched', async () => {
  const really = written()
  const before = console.log
  const { schedule, linesOf } = await runnerOf(() => console.log('loud'), { captureConsole: false })
  expect(console.log).toBe(before)
  expect(await linesOf(await schedule('ann'))).toEqual([])
  expect(really).toHaveBeenCalledWith('loud')
})

test('a logger that writes to the console is no circle', async () => {
  const really = written()
  const log = (message: string) => console.log(message)
  const levels = { trace: log, debug: log, info: log, warn: log, error: log }
  const logger: Logger = { ...levels, isLevelEnabled: () => true, child: () => logger }
  const { schedule, linesOf } = await runnerOf(() => console.log('once'), { logger })
  expect(await linesOf(await schedule('ann'))).toEqual(['info once'])
  expect(really.mock.calls.filter(([text]) => text === 'once')).toHaveLength(1)
})
