import type { Child } from 'hono/jsx'
import type { Problem } from '../problem.ts'
import { Layout } from './layout.tsx'
import type { View } from './page.ts'
import { ProblemPage } from './problem.tsx'

/** A whole page of HTML around `content`. */
export async function renderPage(title: string, content: Child, view: View, status = 200): Promise<Response> {
  const html = await (
    <Layout title={title} view={view}>
      {content}
    </Layout>
  ).toString()
  const headers = { 'content-type': 'text/html; charset=utf-8' }
  return new Response(`<!doctype html>${html}`, { status, headers })
}

/** A page about what went wrong. */
export function renderProblem(problem: Problem, view: View): Promise<Response> {
  return renderPage(problem.title, <ProblemPage problem={problem} />, view, problem.status)
}
