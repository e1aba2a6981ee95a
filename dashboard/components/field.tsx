import type { Child } from 'hono/jsx'

/** Something to fill in, under its name, with what may be written there. */
export function Field({ label, hint, children }: { label: Child; hint?: Child; children?: Child }) {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the control is among its children
    <label class="field">
      <span>{label}</span>
      {children}
      {hint && <small>{hint}</small>}
    </label>
  )
}
