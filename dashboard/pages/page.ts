import type { Child } from 'hono/jsx'
import type { Viewer } from '../access.ts'
import type { Link, LinkedJob } from '../options.ts'
import type { Asked } from '../readings/asked.ts'

/** A page: what it reads, and what it makes of that. The handler puts the layout around it. */
export interface Page<Model> {
  /** From the root of the dashboard: `/jobs/:id`. */
  readonly path: string
  read(asked: Asked): Promise<Model>
  title(model: Model): string
  page(model: Model, view: View): Child
}

/** What a page knows beside what it has read. */
export interface View {
  readonly viewer: Viewer
  /** `/jobs/7` */
  readonly path: string
  readonly query: URLSearchParams
  /** From here to the root of the dashboard, `../`. All links are relative to the root, by `<base>`: `href="jobs/7"`. */
  readonly root: string
  /** What scripts and styles must carry to be loaded. */
  readonly nonce: string
  /** What the dashboard is called. */
  readonly name: string
  readonly environment: string
  /** What somebody has chosen; without it the system decides. */
  readonly scheme: 'dark' | 'light' | undefined
  /** Where else there is something about a job. */
  links(job: LinkedJob): readonly Link[]
}

/** Pages of all models in one table. */
export function definePage<Model>(page: Page<Model>): Page<unknown> {
  return page as Page<unknown>
}
