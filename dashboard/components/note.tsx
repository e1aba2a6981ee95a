import type { Child } from 'hono/jsx'
import { Icon } from './icon.tsx'

export type NoteKind = 'problem' | 'warning' | 'info' | 'ok'

/** Something that somebody should know before anything else. */
export function Note({ kind, children }: { kind: NoteKind; children?: Child }) {
  return (
    <div class={`note ${kind}`}>
      <Icon name={kind} />
      <div>{children}</div>
    </div>
  )
}
