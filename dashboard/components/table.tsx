import type { Child } from 'hono/jsx'

/** A column: its name, and how what is below it stands. */
export interface Column {
  readonly name: string
  readonly class?: string
  /** The name is only for those who hear the page. */
  readonly unseen?: boolean
}

/** Rows in a box. On narrow screens it scrolls by itself, and columns called `optional` are left out. */
export function Table({
  columns,
  label,
  children,
}: {
  columns: readonly Column[]
  label: string
  children?: Child
}) {
  return (
    <div class="panel">
      <Rows columns={columns} label={label}>
        {children}
      </Rows>
    </div>
  )
}

/** The same without a box of its own. */
export function Rows({
  columns,
  label,
  children,
}: {
  columns: readonly Column[]
  label: string
  children?: Child
}) {
  return (
    <div class="scroll">
      <table class="table" aria-label={label}>
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
