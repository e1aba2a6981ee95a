import type { Child } from 'hono/jsx'

/** A part of a page under its name, with a link that leads further. */
export function Section(props: { title: string; children?: Child; more?: Child; live?: string }) {
  const { title, children, more, live } = props
  return (
    <section class="section" aria-label={title} data-part={live}>
      <header>
        <h2>{title}</h2>
        {more}
      </header>
      {children}
    </section>
  )
}

/** A box with a title line, and what can be done with what is in it. */
export function TitledPanel({
  title,
  actions,
  children,
}: {
  title: string
  actions?: Child
  children?: Child
}) {
  return (
    <section class="panel titled" aria-label={title}>
      <header>
        <h2>{title}</h2>
        {actions && <div class="actions tight">{actions}</div>}
      </header>
      {children}
    </section>
  )
}
