/** Servers of one answer, tokens: what the tests of this package work with. */
import { createServer, type IncomingMessage, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { MintRequest } from '@valetkey/broker'
import { onTestFinished } from 'vitest'

export interface SeenRequest {
  method: string
  url: string
  authorization: string | undefined
  body: string
}

export interface TestServer {
  /** Ends in `/databases/db-1`. */
  baseUrl: string
  requests: readonly SeenRequest[]
}

/** A server that gives these answers, one per request, the last one for all that follow. */
export async function serverThat(...answers: RequestListener[]): Promise<TestServer> {
  const requests: SeenRequest[] = []
  const server = createServer((incoming, outgoing) => {
    void bodyOf(incoming).then((body) => {
      const { method = '', url = '', headers } = incoming
      requests.push({ method, url, authorization: headers.authorization, body })
      answers[Math.min(requests.length, answers.length) - 1]?.(incoming, outgoing)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return { baseUrl: `http://127.0.0.1:${port}/databases/db-1`, requests }
}

async function bodyOf(incoming: IncomingMessage): Promise<string> {
  let body = ''
  for await (const chunk of incoming) body += String(chunk)
  return body
}

export const json =
  (status: number, content: unknown, headers: Record<string, string> = {}): RequestListener =>
  (_, outgoing) =>
    outgoing
      .writeHead(status, { 'content-type': 'application/json', ...headers })
      .end(JSON.stringify(content))

export const text =
  (status: number, content: string, contentType = 'text/plain'): RequestListener =>
  (_, outgoing) =>
    outgoing.writeHead(status, { 'content-type': contentType }).end(content)

/** A JWT that ends at `exp`, or does not say. */
export const jwt = (exp?: number): string =>
  `eyJhbGciOiJIUzI1NiJ9.${Buffer.from(JSON.stringify({ exp })).toString('base64url')}.c2ln`

export function requestFor(changes: Partial<MintRequest> = {}): MintRequest {
  const { signal } = new AbortController()
  return { audience: 'notes', lifetimeMs: 60_000, signal, ...changes }
}

/** What a promise rejects with. */
export async function rejectionOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => {
      throw new Error('It did not reject')
    },
    (error: unknown) => error,
  )
}
