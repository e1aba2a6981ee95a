import { type JsonToken, jsonTokens } from './json-tokens.ts'
import { Words } from './words.tsx'

/** Longer ones are cut: a browser that lays out megabytes of spans stands still. */
const MOST_CHARACTERS = 60_000

/** JSON text, laid out and coloured, otherwise exactly as it is stored. */
export function Json({ text }: { text: string }) {
  const shown = text.length > MOST_CHARACTERS ? [] : jsonTokens(text)
  return (
    <pre class="code" tabindex={0} translate="no">
      {shown.length > 0 ? (
        shown.map(token => <Piece {...token} />)
      ) : (
        <Words>{text.slice(0, MOST_CHARACTERS)}</Words>
      )}
      {text.length > MOST_CHARACTERS && (
        <span class="bad"> … {text.length - MOST_CHARACTERS} characters more</span>
      )}
    </pre>
  )
}

function Piece({ kind, text }: JsonToken) {
  if (kind === 'space') return <>{text}</>
  return kind === 'mark' ? <span class="mark">{text}</span> : <Words class={kind}>{text}</Words>
}

/** JSON text as it is copied into a form: laid out, nothing changed. */
export function laidOut(text: string): string {
  return jsonTokens(text)
    .map(token => token.text)
    .join('')
}
