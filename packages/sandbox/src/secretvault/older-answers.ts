/** Answers as nilDB 0.4 did, where 0.5 answers otherwise. */
import type { Context, MiddlewareHandler } from 'hono'
import { isObject } from './coercion.ts'

/**
 * The differences its client lives by: 400 for every error, the id in answer to creating and deleting, the bare
 * count in answer to deleting records. The words of the errors are those of 0.5.
 */
export function answerLikeV04(): MiddlewareHandler {
  return async (context, next) => {
    await next()
    const { status } = context.res
    if (status === 201 || status === 204) replace(context, { data: await idIn(context) })
    else if (status === 401) context.res = context.text('UNAUTHORIZED', 401)
    else if (isJson(context.res)) await translate(context)
  }
}

async function translate(context: Context): Promise<void> {
  const { res } = context
  const answer: unknown = await res.clone().json()
  if (res.status >= 400 && res.status !== 402) replace(context, answer, 400)
  const data = isObject(answer) ? answer['data'] : undefined
  if (isObject(data) && 'deletedCount' in data) replace(context, { data: data['deletedCount'] })
}

/** Of an account, a schema or a query. */
async function idIn(context: Context): Promise<unknown> {
  const body: unknown = await context.req.json()
  return isObject(body) ? (body['_id'] ?? body['id'] ?? body['did']) : undefined
}

function isJson({ headers }: Response): boolean {
  return headers.get('content-type')?.startsWith('application/json') ?? false
}

function replace(context: Context, answer: unknown, status: 200 | 400 = 200): void {
  context.res = Response.json(answer, { status })
}
