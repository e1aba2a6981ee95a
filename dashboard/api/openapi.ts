import { z } from 'zod'
import { VERSION } from '../../background/operator.ts'
import type { Endpoint } from './endpoint.ts'

/** The API in the words of OpenAPI 3.1, made from the table that answers it. */
export function openapi(endpoints: readonly Endpoint[]): object {
  const paths: Record<string, Record<string, object>> = {}
  for (const endpoint of endpoints) {
    const path = endpoint.path.replace(/:(\w+)/g, '{$1}')
    paths[path] = { ...paths[path], [endpoint.method]: operation(endpoint) }
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Background jobs', version: VERSION },
    // relative to this document, wherever the dashboard is mounted
    servers: [{ url: '..' }],
    paths,
    components: { schemas: { Problem: PROBLEM } },
  }
}

function operation({ method, path, summary, query, body, verb, status }: Endpoint): object {
  const inPath = [...path.matchAll(/:(\w+)/g)].map(([, name]) => name as string)
  const parameter = (place: string) => (name: string) => ({
    ...{ name, in: place, required: place === 'path', schema: { type: 'string' } },
    description: query[name],
  })
  return {
    operationId: `${method}_${path.slice(1).replace(/\W+/g, '_')}`,
    summary,
    parameters: [...inPath.map(parameter('path')), ...Object.keys(query).map(parameter('query'))],
    ...(verb && { 'x-permission': verb }),
    ...(body && {
      requestBody: { content: { 'application/json': { schema: z.toJSONSchema(body, { io: 'output' }) } } },
    }),
    responses: {
      [status]: { description: 'done', content: { 'application/json': {} } },
      default: {
        description: 'what went wrong',
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    },
  }
}

const PROBLEM = {
  type: 'object',
  required: ['type', 'title', 'status'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    hint: { type: 'string', description: 'what to do next' },
    code: { type: 'string', description: 'the same for the same error, for programs' },
  },
}
