import type { Child } from 'hono/jsx'
import { Icon } from './icon.tsx'

/** A button that opens what belongs to it; it needs no script. One is open at a time. */
export function Menu(props: {
  title: Child
  label?: string
  plain?: boolean
  wide?: boolean
  children?: Child
}) {
  const { title, label, plain, wide, children } = props
  return (
    <details class={`menu${plain ? ' plain' : ''}${wide ? ' wide' : ''}`} name="menu">
      <summary aria-label={label}>
        {title}
        {!plain && <Icon name="down" />}
      </summary>
      <div class="body">{children}</div>
    </details>
  )
}
