/** Drawn on 16 by 16, in lines. */
const SHAPES = {
  overview: 'M2.5 9.5 6 6l2.5 2.5 5-5.5M2.5 13.5h11',
  jobs: 'M2.5 4h11M2.5 8h11M2.5 12h7',
  queues: 'M2.5 5.5 8 2.5l5.5 3L8 8.5zM2.5 8.5 8 11.5l5.5-3M2.5 11.2 8 14l5.5-2.8',
  tasks: 'M5.5 4.5 2 8l3.5 3.5M10.5 4.5 14 8l-3.5 3.5',
  errors: 'M8 2.5 14 13H2zM8 6.5v3M8 11.2v.1',
  cron: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM8 5v3l2 1.5',
  workers: 'M3 3h10v4H3zM3 9h10v4H3zM5.3 5h.1M5.3 11h.1',
  activity: 'M1.5 8h3L6.5 3l3 10 2-5h3',
  search: 'M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10zM10.7 10.7 14 14',
  problem: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM8 5v3.5M8 10.9v.1',
  warning: 'M8 2.5 14 13H2zM8 6.5v3M8 11.2v.1',
  info: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM8 7.5V11M8 5v.1',
  ok: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM5.5 8.2l1.8 1.8 3.2-3.8',
  pause: 'M5.5 3.5v9M10.5 3.5v9',
  copy: 'M5.5 5.5h8v8h-8zM3 10.5h-.5v-8h8V3',
  more: 'M3.5 8h.1M8 8h.1M12.5 8h.1',
  down: 'M4.5 6.5 8 10l3.5-3.5',
  scheme: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM8 2v12',
  keys: 'M1.5 4h13v8h-13zM4 6.5h.1M6.6 6.5h.1M9.3 6.5h.1M12 6.5h.1M5 9.7h6',
} as const

export type IconName = keyof typeof SHAPES

/** A small drawing that says nothing the text beside it does not say. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
      <path d={SHAPES[name]} />
    </svg>
  )
}
