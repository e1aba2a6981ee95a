import { jobsPage } from './pages/jobs.tsx'
import type { Page } from './pages/page.ts'

/** All pages; each has a file in `pages/`. */
export const PAGES: readonly Page<unknown>[] = [jobsPage]
