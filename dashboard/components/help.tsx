import { DESTINATIONS } from './navigation.tsx'

/** All shortcuts; the question mark opens it. */
export function Help() {
  return (
    <dialog id="help" aria-labelledby="help-title">
      <header>
        <h2 id="help-title">Keyboard shortcuts</h2>
        <form method="dialog">
          <button class="plain tight">Close</button>
        </form>
      </header>
      <dl>
        {DESTINATIONS.map(({ name, key }) => (
          <Shortcut keys={['g', key]} does={name} />
        ))}
        <Shortcut keys={['/']} does="Search" />
        <Shortcut keys={['j']} does="Next row" />
        <Shortcut keys={['k']} does="Row before" />
        <Shortcut keys={['x']} does="Tick the row, with Shift all since the last one" />
        <Shortcut keys={['r']} does="Stop and start what updates by itself" />
        <Shortcut keys={['?']} does="This help" />
        <Shortcut keys={['Esc']} does="Close what is open" />
      </dl>
      <p class="row">
        <label class="check">
          <input type="checkbox" data-shortcuts checked />
          Shortcuts are on
        </label>
      </p>
    </dialog>
  )
}

function Shortcut({ keys, does }: { keys: readonly string[]; does: string }) {
  return (
    <>
      <dt>
        {keys.map(key => (
          <>
            <kbd>{key}</kbd>{' '}
          </>
        ))}
      </dt>
      <dd>{does}</dd>
    </>
  )
}
