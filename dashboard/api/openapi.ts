import * as z from 'zod'
import { VERSION } from '../../background/operator.ts'
import type { Endpoint } from './endpoint.ts'

/** The API in the words of OpenAPI 3.1, made from the table that answers it. */
export function openapi(endpoints: readonly Endpoint[]): object {
  const paths: Record<string, Record<string, object>> = { ...BESIDE }
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

function operation({ method, path, summary, query, body, answers, verb, status }: Endpoint): object {
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
      requestBody: { content: { 'application/json': { schema: schemaOf(body, 'output') } } },
    }),
    responses: {
      [status]: {
        description: 'done',
        content: { 'application/json': { schema: schemaOf(answers, 'input') } },
      },
      ...(method === 'get' && {
        304: { description: 'the same as in the answer whose etag was sent along' },
      }),
      default: {
        description: 'what went wrong',
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    },
  }
}

/** `input` leaves room for more properties, `output` has what is read from numbers that are sent as text. */
function schemaOf(type: z.ZodType, io: 'input' | 'output'): object {
  const { $schema: _, ...schema } = z.toJSONSchema(type, { io, reused: 'inline' })
  return schema
}

/** What is no table row. */
const BESIDE = {
  '/api/events': {
    get: {
      operationId: 'get_api_events',
      summary:
        'Tells as server-sent events where something has happened: changed, counts; beat when nothing has',
      responses: { 200: { description: 'a stream', content: { 'text/event-stream': {} } } },
    },
  },
  '/api/openapi.json': {
    get: {
      operationId: 'get_api_openapi_json',
      summary: 'This description',
      responses: { 200: { description: 'OpenAPI 3.1', content: { 'application/json': {} } } },
    },
  },
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
    issues: { type: 'array', items: { type: 'object' }, description: 'complaints about places in a payload' },
    job: { type: 'string', description: 'the id of the job that it is about' },
    place: { type: 'object', description: 'where in a query the mistake is' },
  },
}
