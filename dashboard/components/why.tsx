import type { Reason } from '../../background/operator.ts'
import { Note } from './note.tsx'
import { Words } from './words.tsx'

const HARMLESS: readonly Reason['code'][] = [
  'running',
  'due-later',
  'about-to-run',
  'workers-busy',
  'behind-others',
  'queue-busy',
]

/** Why a job is not running, in the words of `ks bg why`. */
export function Why({ reasons }: { reasons: readonly Reason[] }) {
  const told = reasons.filter(({ code }) => code !== 'finished')
  if (told.length === 0) return <></>
  return (
    <Note kind={told.every(({ code }) => HARMLESS.includes(code)) ? 'info' : 'warning'}>
      <ul class="why" aria-label="Why it is not running">
        {told.map(({ text, next, jobs = [] }) => (
          <li>
            <Words class="strong">{`It ${text}`}</Words>
            <div class="soft">
              <Words>{next}</Words>{' '}
              {jobs.slice(0, 5).map(id => (
                <>
                  <a class="linked" href={`jobs/${id}`}>
                    #{id}
                  </a>{' '}
                </>
              ))}
            </div>
          </li>
        ))}
      </ul>
    </Note>
  )
}
