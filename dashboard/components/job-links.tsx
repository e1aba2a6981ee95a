import type { View } from '../pages/page.ts'
import type { ShownJob } from '../readings/listed-job.ts'
import { Section } from './section.tsx'
import { Words } from './words.tsx'

/** Whatever else such an address would do, it would do it here. */
const SAFE = /^https?:\/\//i

/** The ways from a job to what else there is about it. */
export function JobLinks({ job, view }: { job: ShownJob; view: View }) {
  const links = view.links(job).filter(({ href }) => SAFE.test(href))
  if (links.length === 0) return <></>
  return (
    <Section title="Elsewhere">
      <ul class="stack">
        {links.map(({ name, href }) => (
          <li>
            <a class="linked" href={href} target="_blank" rel="noreferrer">
              <Words>{name}</Words>
            </a>
          </li>
        ))}
      </ul>
    </Section>
  )
}
