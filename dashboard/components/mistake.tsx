import type { InvalidQuery } from '../../background/operator.ts'
import { Note } from './note.tsx'
import { Words } from './words.tsx'

/** What is wrong with a query, and where. */
export function Mistake({ mistake: { message, hint, place } }: { mistake: InvalidQuery }) {
  const { query, column, length } = place
  return (
    <Note kind="warning">
      <pre class="query">
        <Words>{query.slice(0, column - 1)}</Words>
        <mark>
          <Words>{query.slice(column - 1, column - 1 + length)}</Words>
        </mark>
        <Words>{query.slice(column - 1 + length)}</Words>
      </pre>
      <p class="strong">
        <Words>{message}</Words>
      </p>
      <p class="soft">
        <Words>{hint ?? ''}</Words>
      </p>
    </Note>
  )
}
