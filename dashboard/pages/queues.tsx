import { Empty } from '../components/empty.tsx'
import { Head } from '../components/head.tsx'
import { QueueTable } from '../components/queue-table.tsx'
import { type QueuesReading, readQueues } from '../readings/queues.ts'
import { definePage } from './page.ts'

/** All queues. */
export const queuesPage = definePage<QueuesReading>({
  path: '/queues',
  read: readQueues,
  title: () => 'Queues',
  page: ({ queues, cursor }) => (
    <>
      <Head
        title="Queues"
        sub="Jobs of a queue run one at a time, in order, unless it is given more places."
      />
      {queues.length === 0 ? (
        <Empty title="No queues">A queue is there as soon as a job that is due names it.</Empty>
      ) : (
        <QueueTable queues={queues} now={new Date()} />
      )}
      {cursor !== undefined && (
        <p>
          <a href={`queues?${new URLSearchParams({ cursor })}`} rel="next">
            More queues
          </a>
        </p>
      )}
    </>
  ),
})
