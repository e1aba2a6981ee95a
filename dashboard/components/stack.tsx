import type { JobError } from '../../background/operator.ts'
import { framesOf } from './frames.ts'
import { Words } from './words.tsx'

/** An error with its stack and what caused it; frames of the app stand out from those of others. */
export function Stack({ error }: { error: JobError }) {
  return (
    <pre class="code" tabindex={0} translate="no">
      <Thrown error={error} />
    </pre>
  )
}

function Thrown({ error }: { error: JobError }) {
  const { name, message, stack = '', cause } = error
  return (
    <>
      <Words class="error-title">{name ? `${name}: ${message}` : message}</Words>
      {framesOf(stack).map(({ text, isOwn }) => (
        <>
          {'\n  '}
          <Words class={isOwn ? 'stack-frame own' : 'stack-frame'}>{text}</Words>
        </>
      ))}
      {cause && (
        <>
          {'\n\ncaused by '}
          <Thrown error={cause} />
        </>
      )}
    </>
  )
}

/** The first line of an error, as it fits into a list. */
export function ErrorLine({ error: { name, message } }: { error: JobError }) {
  const [line = ''] = message.split('\n')
  return <Words>{(name ? `${name}: ${line}` : line).slice(0, 300)}</Words>
}
