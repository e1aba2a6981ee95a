import type { Child } from 'hono/jsx'

/** Where there is nothing: what is missing, and how it would come to be. */
export function Empty({ title, children }: { title: string; children?: Child }) {
  return (
    <div class="panel empty">
      <strong>{title}</strong>
      <p>{children}</p>
    </div>
  )
}
