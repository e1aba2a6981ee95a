import type { Problem } from '../readings/problems.ts'
import { Icon } from './icon.tsx'
import { Words } from './words.tsx'

/** What is wrong, the worst first; or that nothing is. */
export function Problems({ problems }: { problems: readonly Problem[] }) {
  if (problems.length === 0)
    return (
      <p class="row soft">
        <span class="calm">
          <Icon name="ok" />
        </span>
        Nothing needs attention
      </p>
    )
  return (
    <ul class="panel problems" aria-label="Problems">
      {problems.map(problem => (
        <Row {...problem} />
      ))}
    </ul>
  )
}

function Row({ severity, text, fix, href }: Problem) {
  return (
    <li>
      <span class={severity === 'problem' ? 'bad' : 'worrying'}>
        <Icon name={severity} />
      </span>
      <div>
        <Words class="strong">{text}</Words>
        {fix && <Words class="faint">{fix}</Words>}
      </div>
      {href && (
        <a class="button tight" href={href}>
          Look<span class="unseen"> at {text}</span>
        </a>
      )}
    </li>
  )
}
