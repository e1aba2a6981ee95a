import type { AttemptLog, LogLine } from '../../background/operator.ts'
import type { ShownJob } from '../readings/listed-job.ts'
import { amount } from './numbers.ts'
import { TitledPanel } from './section.tsx'
import { Words } from './words.tsx'

/** What the attempts of a job have logged, the last one open. One that was retried by hand begins to count anew. */
export function Attempts({ job, logs }: { job: ShownJob; logs: readonly AttemptLog[] }) {
  if (job.attempt === 0 && logs.length === 0) return <></>
  const newest = [...logs].reverse()
  return (
    <TitledPanel title="Attempts and logs">
      {newest.length === 0 && <p class="attempt line faint">Nothing was logged.</p>}
      {newest.map((log, index) => (
        <details class="attempt" open={index === 0} data-key={`attempt-${newest.length - index}`}>
          <summary>
            <span class="strong">Attempt {log.attempt}</span>
            <span class="faint">{amount(log.lines.length, 'line')}</span>
            {log.dropped > 0 && <span class="faint">{log.dropped} earlier ones were not kept</span>}
          </summary>
          <ol class="log" translate="no">
            {log.lines.map(line => (
              <Line {...line} />
            ))}
          </ol>
        </details>
      ))}
    </TitledPanel>
  )
}

function Line({ at, level, message, fields }: LogLine) {
  return (
    <li class={level}>
      <time class="faint" datetime={at.toISOString()}>
        {at.toISOString().slice(11, 23)}
      </time>
      <span class="level">{level}</span>
      <span>
        <Words>{message}</Words> {fields && <Words class="faint">{shown(fields)}</Words>}
      </span>
    </li>
  )
}

function shown(fields: Readonly<Record<string, unknown>>): string {
  return Object.entries(fields)
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' ')
}
