/** Wraps one emulated server with CORS, faults, counts and the control routes. */
import { setTimeout as delay } from 'node:timers/promises'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import { type Context, Hono, type MiddlewareHandler } from 'hono'
import { createControlRoutes } from './control-routes.ts'
import type { Fault } from './fault-shape.ts'
import type { FaultBoard, FaultReport } from './faults.ts'
import type { Bindings } from './listener.ts'
import { createRequestLog, type RequestLog, type RequestReport } from './request-log.ts'
import { spoil } from './spoilt-answer.ts'

interface ShellEnvironment {
  Bindings: Bindings
  /** The status that went out, where another than Hono's own: 0 for a destroyed connection. */
  Variables: { sentStatus?: number }
}

type ShellContext = Context<ShellEnvironment>

/** Steers one emulated server from the process it runs in; `/_sandbox/*` does the same over HTTP. */
export interface EmulatorControl {
  /** Adds a fault to those in force. Throws a `FaultShapeError` that names the member it cannot read. */
  fault(fault: Fault): void
  clearFaults(): void
  faults(): FaultReport
  /** Counts since the start, the last reset, or the last `clearRequests`. */
  requests(): RequestReport
  clearRequests(): void
  /** Puts the server back to how it started: data, faults, counts. */
  reset(): void
}

export interface EmulatorOptions {
  /** The server itself. */
  answer(request: Request): Response | Promise<Response>
  /** The answer that a status has on that server, at that path, when a fault asks for it. */
  answerWith(status: number, path: string): Response
  /** Answers preflights, and adds CORS headers to what follows. */
  admit: MiddlewareHandler
  faults: FaultBoard
  /** Forgets the server's data. */
  forget(): void
}

export interface Emulator {
  fetch(request: Request, bindings: Bindings): Response | Promise<Response>
  control: EmulatorControl
}

/** Any server that answers a `Request` can be wrapped; what it emulates is its own affair. */
export function createEmulator({ faults, admit, ...options }: EmulatorOptions): Emulator {
  const log = createRequestLog()
  const reset = () => {
    options.forget()
    faults.clear()
    log.clear()
  }
  const shell = new Hono<ShellEnvironment>()
  shell.route('/_sandbox', createControlRoutes({ faults, log, reset }))
  shell.use(countInto(log))
  shell.use(
    showFaults(faults, (context, status) =>
      refuse(context, admit, options.answerWith(status, context.req.path)),
    ),
  )
  shell.use(admit)
  shell.all('*', (context) => options.answer(context.req.raw))
  return {
    fetch: (request, bindings) => shell.fetch(request, bindings),
    control: {
      fault: (fault) => faults.add(fault),
      clearFaults: () => faults.clear(),
      faults: () => faults.report(),
      requests: () => log.report(),
      clearRequests: () => log.clear(),
      reset,
    },
  }
}

function countInto(log: RequestLog): MiddlewareHandler<ShellEnvironment> {
  return async (context, next) => {
    await next()
    const status = context.get('sentStatus') ?? context.res.status
    log.add(context.req.method, context.req.path, status)
  }
}

type Refuse = (context: ShellContext, status: number) => Promise<void>

function showFaults(faults: FaultBoard, refuseWith: Refuse): MiddlewareHandler<ShellEnvironment> {
  return async (context, next) => {
    const { method, path } = context.req
    const { delayMs, status, drop, body, when } = faults.takeMishap(method, path)
    if (when === 'after') await next()
    if (delayMs !== undefined) await delay(delayMs, undefined, { ref: false })
    if (drop) return dropConnection(context)
    if (status !== undefined) await refuseWith(context, status)
    else if (when !== 'after') await next()
    if (body === undefined) return
    context.set('sentStatus', context.res.status)
    context.res = await spoil(context.res, body, context.env)
  }
}

function dropConnection(context: ShellContext): void {
  context.set('sentStatus', 0)
  context.env.incoming.socket.destroy()
  context.res = RESPONSE_ALREADY_SENT
}

/** A refused call carries CORS headers like any answer, so that a page can read the status. */
async function refuse(
  context: ShellContext,
  admit: MiddlewareHandler,
  answer: Response,
): Promise<void> {
  const assign = async () => {
    context.res = answer
  }
  // After the server has answered the headers are there; a refused preflight must have none.
  if (context.finalized || context.req.method === 'OPTIONS') return assign()
  await admit(context, assign)
}
