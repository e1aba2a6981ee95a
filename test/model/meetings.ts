/** Which deeds have to do with the same thing, so that it matters how they come together. */
export const MEETINGS: Readonly<Record<string, readonly string[]>> = {
  'a job that is due': [
    ...['claim', 'claim, as another', 'cancel', 'discard', 'remove', 'reschedule', 'tick under a key'],
    ...['enqueue under the key of a due job', 'add_job under a key', 'cancel_job', 'complete_jobs'],
    ...['permanently_fail_jobs', 'reschedule_jobs', 'remove_job by key', 'remove_job'],
    ...['rewrite payloads', 'enqueue more items under a key'],
  ],
  'a job that runs': [
    ...['complete', 'fail', 'fail for good', 'release', 'abandon', 'cancel the running'],
    ...['enqueue under the key of a running job', 'remove_job of the running', 'cancel_job of the running'],
    ...['deregister with jobs', 'heartbeat', 'force_unlock_workers', 'rewrite payloads'],
  ],
  'a job of the dead': [
    ...[
      'rescue',
      'complete, as the dead',
      'fail, as the dead',
      'release, as the dead',
      'abandon, as the dead',
    ],
    ...['heartbeat, as the dead', 'claim, as the dead'],
    'enqueue under the key of a job of the dead',
  ],
  'a suspect': [
    ...['rescue', 'put on trial, as the dead', 'complete, as the dead', 'fail, as the dead'],
    ...['release, as the dead', 'heartbeat, as the dead'],
  ],
  'a job for later': [
    'promote',
    'cancel later',
    'retry',
    'retry_jobs',
    'enqueue under the key of a later job',
  ],
  'a job that has finished': [
    ...['retry the finished', 'remove the finished', 'enqueue under the key of a finished job'],
    ...['retry_jobs of the finished', 'rewrite payloads of the finished', 'forget the finished'],
  ],
  'a queue': [
    ...[
      'claim a queue',
      'claim a queue, as another',
      'pause a queue',
      'set concurrency',
      'complete in a queue',
    ],
    ...['release in a queue', 'reschedule in a queue', 'rescue', 'abandon', 'sweep'],
  ],
  cron: [
    'tick',
    'tick under a key',
    'pause cron',
    'bring in cron entries',
    'enqueue under the key of a due job',
  ],
  history: ['prepare history', 'drop history', 'sweep'],
}

export const TRIPLES: readonly (readonly [string, string, string])[] = [
  ['claim', 'cancel', 'enqueue under the key of a due job'],
  ['claim', 'claim, as another', 'reschedule'],
  ['claim a queue', 'claim a queue, as another', 'release in a queue'],
  ['complete, as the dead', 'rescue', 'enqueue under the key of a job of the dead'],
  ['fail, as the dead', 'rescue', 'heartbeat, as the dead'],
  ['complete', 'enqueue under the key of a running job', 'cancel the running'],
  ['tick under a key', 'enqueue under the key of a due job', 'claim'],
  ['rewrite payloads', 'enqueue more items under a key', 'claim'],
  ['rewrite payloads', 'complete', 'enqueue under the key of a running job'],
]
