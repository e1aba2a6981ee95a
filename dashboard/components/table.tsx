import type { Child } from 'hono/jsx'

/** A column: its name, and how what is below it stands. */
export interface Column {
  readonly name: string
  readonly class?: string
  /** The name is only for those who hear the page. */
  readonly unseen?: boolean
}

/**
 * Rows in a box. On narrow screens it scrolls by itself, and columns called `optional` are left out; with `cards` a row
 * becomes two lines, for rows that have buttons.
 */
export function Table({
  columns,
  label,
  cards,
  children,
}: {
  columns: readonly Column[]
  label: string
  cards?: boolean
  children?: Child
}) {
  return (
    <div class="panel">
      <Rows columns={columns} label={label} cards={cards === true}>
        {children}
      </Rows>
    </div>
  )
}

/** The same without a box of its own. */
export function Rows({
  columns,
  label,
  cards = false,
  children,
}: {
  columns: readonly Column[]
  label: string
  cards?: boolean
  children?: Child
}) {
  return (
    <div class="scroll">
      <table class={cards ? 'table cards' : 'table'} aria-label={label}>
        <thead>
          <tr>
            {columns.map(({ name, class: kind, unseen }) => (
              <th scope="col" class={kind}>
                {unseen ? <span class="unseen">{name}</span> : name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  )
}
