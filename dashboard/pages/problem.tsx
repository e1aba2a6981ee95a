import type { Problem } from '../problem.ts'

/** What a person sees instead of a page. */
export function ProblemPage({ problem: { status, title, detail, hint } }: { problem: Problem }) {
  return (
    <>
      <h1>
        {status} {title}
      </h1>
      {detail && <p>{detail}</p>}
      {hint && <p>{hint}</p>}
    </>
  )
}
