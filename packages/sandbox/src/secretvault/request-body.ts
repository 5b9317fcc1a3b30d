/** Reads a JSON body the way a seed-era node does, with its words for what is wrong. */
import type { Context } from 'hono'
import { HTTPException } from 'hono/http-exception'
import type { z } from 'zod/v3'
import { NodeError } from './errors.ts'
import { flattenIssues } from './issues.ts'

const JSON_TYPE = /^application\/([\w.-]+\+)?json$/i

/**
 * Any other content type reads as an empty object, so its answer lists every required member. The shapes
 * are zod 3's, as on the real node: its messages are part of the answers.
 */
export async function readBody<Shape extends z.ZodTypeAny>(
  context: Context,
  shape: Shape,
): Promise<z.output<Shape>> {
  const result = shape.safeParse(await readJson(context))
  if (!result.success) throw new NodeError(400, flattenIssues(result.error))
  return result.data
}

export function readParams<Shape extends z.ZodTypeAny>(
  context: Context,
  shape: Shape,
): z.output<Shape> {
  const result = shape.safeParse(context.req.param())
  if (!result.success) throw new NodeError(400, flattenIssues(result.error))
  return result.data
}

/** The body; an empty object where the content type is no JSON. Throws 400 where it is malformed. */
export async function readJson(context: Context): Promise<unknown> {
  const [mediaType = ''] = (context.req.header('content-type') ?? '').split(';')
  if (!JSON_TYPE.test(mediaType.trim())) return {}
  try {
    return await context.req.json()
  } catch {
    throw new HTTPException(400, { message: 'Malformed JSON in request body' })
  }
}
