import type { Protection } from './protections.ts'

const REPORTER = 'background/worker/reporter.ts'

/** Protections in the code of workers and clients. */
export const EDITS_OF_THE_WORKER: readonly Protection[] = [
  {
    name: 'self-fence',
    prevents: 'a worker that cannot reach the database goes on with jobs that others have by now',
    edits: [
      {
        file: 'background/worker/pulse-thread.ts',
        from: 'if (left > 0) return left',
        to: 'if (left) return 60_000',
      },
      {
        file: 'background/worker/worker.ts',
        from: 'mayStart: () => this.#membership.isCertain',
        to: 'mayStart: () => true',
      },
    ],
    faults: ['maroon'],
    seconds: 30,
    noticedBy: ['queue limits', 'queue order'],
  },
  {
    name: 'lost-claims',
    prevents: 'a claim of which the worker never heard holds its jobs as long as the worker lives',
    edits: [
      {
        file: 'background/worker/lost-claims.ts',
        from: 'if (!isRefusal(error) && !isKretesError(error)) this.#add(id)',
        to: '',
      },
    ],
    faults: ['mute', 'drop', 'terminate'],
    seconds: 40,
    noticedBy: ['quiet'],
  },
  {
    name: 'rescue',
    prevents: 'jobs of a dead worker stay with it',
    edits: [
      {
        file: 'background/worker/maintenance.ts',
        from: 'const rescued = await rescue(connection, keep)',
        to: 'const rescued: Awaited<ReturnType<typeof rescue>> = []',
      },
    ],
    faults: ['kill'],
    seconds: 20,
    noticedBy: ['recovery', 'quiet'],
  },
  {
    name: 'trial',
    prevents: 'a job that kills its workers does so for ever',
    edits: [
      {
        file: 'background/engine/trial.ts',
        from: 'return crashes >= CRASHES_BEFORE_TRIAL',
        to: 'return crashes < 0',
      },
    ],
    faults: ['poison'],
    seconds: 75,
    noticedBy: ['attempts', 'quiet'],
  },
  {
    name: 'repeated-report',
    prevents: 'an outcome that did not get through is forgotten',
    edits: [
      {
        file: REPORTER,
        from: 'if (this.#pending[0] === report) this.#failed(report, error)',
        to: 'if (this.#pending[0] === report) void this.#pending.shift()',
      },
    ],
    faults: ['terminate', 'reset'],
    seconds: 30,
    noticedBy: ['quiet'],
  },
  {
    name: 'coalesced-release',
    prevents: 'a slot is free before its jobs are back at the head of their queue',
    edits: [
      {
        file: 'background/worker/report.ts',
        from: 'await connection.runTogether(this.#calls(worker))',
        to: `await (async () => {
          const answers = []
          for (const call of this.#calls(worker)) {
            answers.push(await connection.run(...call))
            await new Promise(resolve => setTimeout(resolve, 30))
          }
          return answers
        })()`,
      },
      {
        file: 'background/worker/report.ts',
        from: 'index === verbs.length - 1 ? this : NOTHING_TO_CLOSE',
        to: 'index === 0 ? this : NOTHING_TO_CLOSE',
      },
    ],
    faults: ['redeploy'],
    seconds: 40,
    noticedBy: ['queue order', 'quiet', 'refusals'],
  },
  {
    name: 'unknown-outcome',
    prevents: 'a call whose answer got lost says that there is no job',
    edits: [
      {
        file: 'background/client/writer.ts',
        from: 'throw isKretesError(error) || isRefusal(error) ? error : new OutcomeUnknown(error)',
        to: 'throw isRefusal(error) ? error : error',
      },
    ],
    faults: ['mute-producer', 'drop-producer'],
    seconds: 30,
    noticedBy: ['conservation'],
  },
  {
    name: 'throttle',
    prevents: 'each of many calls becomes a job of its own',
    edits: [
      {
        file: 'background/pacing.ts',
        from: `return { ...rest, in: every, key: { name: key, mode: 'preserve_run_at' } } as never`,
        to: 'return { ...rest, in: every } as never',
      },
    ],
    faults: ['redeploy'],
    seconds: 20,
    noticedBy: ['rate limits'],
  },
  {
    name: 'error-listener',
    prevents: 'a connection that breaks while nobody uses it ends the process',
    edits: [
      { file: 'framework/connection.ts', from: `client.on('error', () => this.#forget(client))`, to: '' },
    ],
    faults: ['terminate'],
    seconds: 20,
    noticedBy: ['processes'],
  },
  {
    name: 'pulse-apart',
    prevents: 'a task that computes for a while costs its worker the lease',
    edits: [
      { file: 'background/worker/pulse.ts', from: 'const STALL_MS = 60_000', to: 'const STALL_MS = 1_000' },
    ],
    faults: ['block'],
    seconds: 40,
    noticedBy: ['leases'],
  },
  {
    name: 'timeout',
    prevents: 'a task that never ends keeps its place and its queue',
    edits: [
      {
        file: 'background/worker/executor.ts',
        from: 'if (limit === undefined) return',
        to: 'if (limit !== 0) return',
      },
    ],
    faults: ['hang'],
    seconds: 15,
    noticedBy: ['quiet'],
  },
  {
    name: 'attempt-limit',
    prevents: 'a job that always fails is tried for ever',
    edits: [
      {
        file: 'background/worker/verdict.ts',
        from: 'job.attempt >= job.maxAttempts',
        to: 'job.attempt < 0',
      },
    ],
    faults: ['redeploy'],
    seconds: 15,
    noticedBy: ['attempts'],
  },
]
