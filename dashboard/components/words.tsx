/** Characters that change the direction of what follows, or that nobody sees: a name must not look like another one. */
const TREACHEROUS = /((?![\t\n\u200d])[\p{Cc}\p{Cf}])/u

/** Text that somebody else wrote, kept apart from what is around it. Characters that deceive are shown by number. */
export function Words({ children, class: name }: { children: string; class?: string }) {
  const parts = children.split(TREACHEROUS)
  return <bdi class={name}>{parts.map((part, index) => (index % 2 === 1 ? <Escape of={part} /> : part))}</bdi>
}

function Escape({ of }: { of: string }) {
  return (
    <span class="bad mono">
      \u{'{'}
      {of.codePointAt(0)?.toString(16)}
      {'}'}
    </span>
  )
}
