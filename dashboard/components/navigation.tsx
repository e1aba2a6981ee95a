import type { View } from '../pages/page.ts'
import { Icon, type IconName } from './icon.tsx'

/** The pages that are always one step away. The letter after `g` leads there. */
export const DESTINATIONS: readonly { name: string; path: string; icon: IconName; key: string }[] = [
  { name: 'Overview', path: '', icon: 'overview', key: 'o' },
  { name: 'Jobs', path: 'jobs', icon: 'jobs', key: 'j' },
  { name: 'Queues', path: 'queues', icon: 'queues', key: 'q' },
  { name: 'Tasks', path: 'tasks', icon: 'tasks', key: 't' },
  { name: 'Errors', path: 'errors', icon: 'errors', key: 'e' },
  { name: 'Cron', path: 'cron', icon: 'cron', key: 'c' },
  { name: 'Workers', path: 'workers', icon: 'workers', key: 'w' },
  { name: 'Activity', path: 'activity', icon: 'activity', key: 'a' },
]

/** What the dashboard is called, where it runs, and the way to everything in it. */
export function Side({ view }: { view: View }) {
  return (
    <header class="side">
      <a class="brand" href="./">
        <Mark />
        <span class="clip">{view.name}</span>
        <Environment name={view.environment} />
      </a>
      <nav aria-label="Pages">
        <ul>
          {DESTINATIONS.map(destination => (
            <Destination {...destination} view={view} />
          ))}
        </ul>
      </nav>
      <div class="foot">
        {view.viewer.role === 'read' && <span class="live">read only</span>}
        <span class="live scripted" data-live="off" id="live">
          live
        </span>
        <button type="button" class="scripted" data-scheme-switch aria-label="Colours: dark or light">
          <Icon name="scheme" />
          <span>Dark or light</span>
        </button>
        <button type="button" class="scripted" data-help aria-label="Keyboard shortcuts">
          <Icon name="keys" />
          <span>Shortcuts</span>
        </button>
      </div>
    </header>
  )
}

function Destination({
  name,
  path,
  icon,
  key: letter,
  view,
}: (typeof DESTINATIONS)[number] & { view: View }) {
  const first = view.path.split('/')[1]
  return (
    <li>
      <a href={path || './'} aria-current={first === path ? 'page' : undefined} data-go={letter}>
        <Icon name={icon} />
        {name}
      </a>
    </li>
  )
}

/** Nobody should mistake production for something else. */
function Environment({ name }: { name: string }) {
  return <span class={`badge${name === 'production' ? ' red' : ''}`}>{name}</span>
}

function Mark() {
  return (
    <svg class="mark" viewBox="0 0 18 18" aria-hidden="true">
      <rect width="18" height="18" rx="5" fill="currentColor" />
      <path d="M5 6h8M5 9h8M5 12h4.5" stroke="#fff" stroke-width="1.6" stroke-linecap="round" />
    </svg>
  )
}
