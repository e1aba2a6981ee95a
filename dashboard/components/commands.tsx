import type { ShownJob } from '../readings/listed-job.ts'
import { Copy } from './copy.tsx'

/** The same for the terminal. */
export function Commands({ job }: { job: ShownJob }) {
  const { id, state } = job
  const verbs =
    state === 'running' ? ['show', 'cancel'] : job.finishedAt ? ['show', 'retry'] : ['why', 'retry', 'cancel']
  return (
    <div class="stack">
      {verbs.map(verb => (
        <Copy text={`ks bg ${verb} ${id}`} label={`Copy the command: ${verb}`} />
      ))}
      {job.payload.length < 4_000 && (
        <Copy
          text={`ks bg schedule ${shell(job.task)} ${shell(job.payload)}`}
          label="Copy the command: schedule"
        />
      )}
    </div>
  )
}

/** A word as a shell takes it. */
function shell(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}
