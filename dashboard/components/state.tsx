import type { JobState } from '../../background/operator.ts'

/** A state in words, with a dot in its colour. */
export function State({ state, children }: { state: JobState; children?: string }) {
  return (
    <span class="state">
      <span class={`dot ${state}`} />
      {children ?? state}
    </span>
  )
}
