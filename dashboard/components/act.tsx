import type { Child } from 'hono/jsx'
import type { View } from '../pages/page.ts'

/**
 * A form that does something by the JSON API: its fields become the body. Without a script the browser comes back to the
 * page it was sent from; with one it does not leave it.
 */
export function Act(props: ActProps & { children?: Child }) {
  const { view, method = 'POST', to, back, done, class: name, children } = props
  return (
    <form class={name} method="post" action={`forms/${to}`} data-act>
      <input type="hidden" name="_method" value={method} />
      <input type="hidden" name="_back" value={back ?? here(view)} />
      {done && <input type="hidden" name="_done" value={done} />}
      {children}
    </form>
  )
}

export interface ActProps {
  readonly view: View
  /** What of the API is called: `api/jobs/7/retry`. */
  readonly to: string
  readonly method?: 'POST' | 'PATCH' | 'DELETE'
  /** Where to go after it. Default: here. */
  readonly back?: string
  /** What is said once it has happened. */
  readonly done?: string
  readonly class?: string
}

/** A button that does one thing at once. */
export function ActButton(
  props: ActProps & { label: string; kind?: string | undefined; title?: string; children?: Child },
) {
  const { label, kind, title, children, ...act } = props
  return (
    <Act {...act} class="inline">
      {children}
      <button class={kind} title={title}>
        {label}
      </button>
    </Act>
  )
}

/** The page that is shown, from the root of the dashboard. */
export function here({ path, query }: View): string {
  const search = query.toString()
  return `${path.slice(1) || './'}${search ? `?${search}` : ''}`
}
