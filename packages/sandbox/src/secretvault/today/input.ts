/** Reads what comes in with a request of today's API, with its answer to what does not fit. */
import type { Context } from 'hono'
import { HTTPException } from 'hono/http-exception'
import type { z } from 'zod'
import { readJson } from '../request-body.ts'

/** What a policy can see of a request beside its path and headers. */
export interface Seen {
  body?: unknown
  query?: unknown
  param?: unknown
}

export interface Input<Value> {
  read(context: Context): Promise<{ value: Value; seen: Seen }>
}

export const nothing: Input<undefined> = {
  read: () => Promise.resolve({ value: undefined, seen: {} }),
}

export function fromBody<Value>(shape: z.ZodType<Value>): Input<Value> {
  return reader('body', shape, readJson)
}

export function fromQuery<Value>(shape: z.ZodType<Value>): Input<Value> {
  return reader('query', shape, ({ req }) => req.query())
}

export function fromPath<Value>(shape: z.ZodType<Value>): Input<Value> {
  return reader('param', shape, ({ req }) => req.param())
}

/** One after the other: where the first does not fit, the second is not looked at. */
export function both<One extends object, Other extends object>(
  one: Input<One>,
  other: Input<Other>,
): Input<One & Other> {
  return {
    async read(context) {
      const first = await one.read(context)
      const second = await other.read(context)
      return { value: { ...first.value, ...second.value }, seen: { ...first.seen, ...second.seen } }
    },
  }
}

function reader<Value>(
  part: keyof Seen,
  shape: z.ZodType<Value>,
  take: (context: Context) => unknown,
): Input<Value> {
  return {
    async read(context) {
      const data = await take(context)
      const result = shape.safeParse(data)
      if (!result.success) throw misfit(data, result.error)
      return { value: result.data, seen: { [part]: result.data } }
    },
  }
}

/** Another shape than that of all other errors: what came, what is wrong with it. */
function misfit(data: unknown, { issues }: z.ZodError): HTTPException {
  const res = Response.json({ data, error: issues, success: false }, { status: 400 })
  return new HTTPException(400, { res })
}
