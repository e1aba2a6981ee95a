import { Icon } from './icon.tsx'
import { Words } from './words.tsx'

/** Text to be taken along, such as a command. Its button is there when a script is, which copies. */
export function Copy({ text, label }: { text: string; label: string }) {
  return (
    <div class="copy">
      <code>
        <Words>{text}</Words>
      </code>
      <CopyButton text={text} label={label} />
    </div>
  )
}

export function CopyButton({ text, label }: { text: string; label: string }) {
  return (
    <button type="button" class="plain tight scripted" data-copy={text} aria-label={label} title={label}>
      <Icon name="copy" />
    </button>
  )
}
