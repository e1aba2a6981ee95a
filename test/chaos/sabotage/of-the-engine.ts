import type { Protection } from './protections.ts'

/** Protections in the SQL of the engine. */
export const EDITS_OF_THE_ENGINE: readonly Protection[] = [
  {
    name: 'claim-fence',
    prevents: 'a worker that comes back from the dead finishes what others have by now',
    edits: [
      {
        file: 'background/engine/complete.ts',
        from: 'select id, ids from background.claim where id = any ($1::bigint[]) and worker_id = $2 for key share',
        to: 'select unnest($1::bigint[]) as id, $4::bigint[] as ids',
      },
    ],
    faults: ['strand'],
    seconds: 30,
    noticedBy: ['refusals', 'finished once', 'quiet', 'queue limits'],
  },
  {
    name: 'liveness-key',
    prevents: 'a claim that arrives when its worker is long buried holds its jobs for ever',
    edits: [
      {
        file: 'migrations/0001_jobs.ts',
        from: 'worker_id bigint not null references background.worker (id)',
        to: 'worker_id bigint not null',
      },
    ],
    faults: ['hold'],
    seconds: 60,
    noticedBy: ['quiet'],
  },
  {
    name: 'queue-lock',
    prevents: 'two workers take the same slot of a queue',
    edits: [
      {
        file: 'background/engine/claim-queues.ts',
        from: 'where not exists (select from background.slot s where s.queue = w.queue and s.number = n)',
        to: '',
      },
      {
        file: 'background/engine/claim-queues.ts',
        from: 'on conflict (queue, number) do nothing',
        to: 'on conflict (queue, number) do update set claim_id = excluded.claim_id',
      },
    ],
    faults: ['redeploy'],
    seconds: 15,
    noticedBy: ['queue limits'],
  },
  {
    name: 'queue-head',
    prevents: 'a queue passes over a job that a slow transaction has locked',
    edits: [
      {
        file: 'background/engine/claim-queues.ts',
        from: 'where mine.serial and u.free is distinct from u.seen',
        to: 'where false',
      },
    ],
    faults: ['lock-head'],
    seconds: 30,
    noticedBy: ['queue order'],
  },
  {
    name: 'tick-guard',
    prevents: 'two workers schedule the same tick',
    edits: [
      {
        file: 'background/engine/cron-tick.ts',
        from: 'background.settled_until(c) = a.settled and a.last <= now()',
        to: 'a.last <= now()',
      },
    ],
    faults: ['redeploy'],
    seconds: 20,
    noticedBy: ['cron ticks'],
  },
]
