import { Head } from '../components/head.tsx'
import { Note } from '../components/note.tsx'
import { Words } from '../components/words.tsx'
import type { Problem } from '../problem.ts'

/** What a person sees instead of a page. */
export function ProblemPage({ problem: { status, title, detail, hint } }: { problem: Problem }) {
  return (
    <>
      <Head title={title} above={String(status)} />
      {detail && (
        <Note kind={status < 500 ? 'warning' : 'problem'}>
          <p data-said>
            <Words>{detail}</Words>
          </p>
          {hint && (
            <p class="soft" data-said>
              <Words>{hint}</Words>
            </p>
          )}
        </Note>
      )}
      <p>
        <a href="./">Overview</a>
      </p>
    </>
  )
}
