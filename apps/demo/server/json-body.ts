/** Reads a request's JSON; says kindly that it will not do. */
import type { Context } from 'hono'

/** The members of the body; none where it is no JSON object. */
export async function bodyOf(context: Context): Promise<Record<string, unknown>> {
  const isJson = context.req.header('content-type')?.startsWith('application/json')
  const body: unknown = isJson ? await context.req.json().catch(() => undefined) : undefined
  return typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {}
}

export function refuse(context: Context, description: string): Response {
  return context.json({ error: 'invalid_request', error_description: description }, 400)
}
