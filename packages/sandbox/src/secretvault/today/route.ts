/** Adds a route of today's API, with its checks in the real node's order. */
import type { Hono } from 'hono'
import type { NodeEnvironment, NodeState } from '../environment.ts'
import { plainText } from '../plain-text.ts'
import { type Audience, findCaller } from './caller.ts'
import { type Operation, refusalFor, WARNING } from './credit-gate.ts'
import type { Input } from './input.ts'
import { permits } from './nuc.ts'

export interface RouteScope {
  app: Hono<NodeEnvironment>
  node: NodeState
}

export interface Route<Value> {
  method: 'GET' | 'POST' | 'DELETE'
  path: string
  input: Input<Value>
  for: Audience
  /** What the token has to permit; it may permit more. */
  command: string
  /** What the builder needs credits for. Without it: for nothing. */
  credits?: Operation
}

export interface Call<Value> {
  input: Value
  /** Who calls. */
  did: string
}

/**
 * First the input, so that a wrong body gets 400 without a token; then who calls, what for, on what credit.
 */
export function addRoute<Value>(
  { app, node }: RouteScope,
  route: Route<Value>,
  answer: (call: Call<Value>) => Response,
): void {
  app.on(route.method, route.path, async (context) => {
    const { value: input, seen } = await route.input.read(context)
    const caller = await findCaller(node, context, { audience: route.for, seen })
    if (caller instanceof Response) return caller
    if (!(await permits(caller.granted, route.command))) return context.text('Forbidden', 403)
    const { credits } = node.conditions.settings()
    const refusal = route.credits && refusalFor(credits, route.credits)
    if (refusal !== undefined) {
      // One of the few times that keep the trailing zeros of their fraction.
      return context.json({ ts: node.now().toISOString(), errors: [refusal] }, 402)
    }
    const response = answer({ input, did: caller.did })
    if (route.credits && credits === 'warning') response.headers.set('x-credits-warning', WARNING)
    return response
  })
}

/** The answer of a route that has nothing to tell. */
export function emptyAnswer(status: 200 | 201 = 200): Response {
  return plainText('', status)
}
