import {
  type BackgroundConfig,
  backgroundConfig,
  Client,
  createRegistry,
  Worker,
} from '../../background/operator.ts'
import { createLogger } from '../../framework/logger.ts'

/** A database that is only there to be measured, and how many jobs to measure with. */
export interface Bench {
  readonly url: string
  readonly jobs: number
  readonly config: BackgroundConfig
}

/** What the measured jobs carry: about 150 bytes. */
export const PAYLOAD = { to: 'ann@example.com', subject: 'Hello', body: 'x'.repeat(100) }
export const TASK = 'Measured'

const QUIET = createLogger({ level: 'error', format: 'json' })

/** Lends a client. */
export async function withBenchClient<T>(
  { url, config }: Bench,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  const client = new Client({ url, payloadLimit: config.payloadLimit })
  try {
    return await work(client)
  } finally {
    await client.close()
  }
}

/** Lends a worker that runs `task` and nothing else; it has been started. */
export async function withBenchWorker<T>(
  { url, config }: Bench,
  task: () => Promise<void>,
  work: (worker: Worker) => Promise<T>,
): Promise<T> {
  const { concurrency, listen, retention } = config
  const plain = backgroundConfig.parse({ concurrency, listen, retention })
  const worker = new Worker({ url, config: plain, registry: createRegistry({ [TASK]: task }), logger: QUIET })
  await worker.start()
  try {
    return await work(worker)
  } finally {
    await worker.stop()
  }
}
