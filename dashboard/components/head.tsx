import type { Child } from 'hono/jsx'

/** The top of a page: what it is about, and what can be done with that. */
export function Head(props: { title: Child; above?: Child; sub?: Child; actions?: Child }) {
  const { title, above, sub, actions } = props
  return (
    <div class="head">
      <div>
        {above && <div class="crumb">{above}</div>}
        <h1>{title}</h1>
        {sub && <div class="sub">{sub}</div>}
      </div>
      {actions && <div class="actions">{actions}</div>}
    </div>
  )
}
