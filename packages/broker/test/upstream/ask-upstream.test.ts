import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { inspect } from 'node:util'
import { describe, expect, it, onTestFinished } from 'vitest'
import {
  askUpstream,
  type UpstreamAnswer,
  type UpstreamCall,
  type UpstreamContext,
} from '../../src/upstream/index.ts'

async function serverThat(answer: RequestListener): Promise<string> {
  const server = createServer(answer)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`
}

function ask(
  call: Partial<UpstreamCall> & { url: string },
  context: Partial<UpstreamContext> = {},
): Promise<UpstreamAnswer> {
  const { signal } = new AbortController()
  const surroundings = { signal, fetch, name: 'The weather', mend: 'check the sky' }
  return askUpstream({ method: 'POST', ...call }, { ...surroundings, ...context })
}

describe('a call of an upstream', () => {
  it('brings the answer whatever its status, and sends JSON, own headers, and those of traces', async () => {
    const seen: unknown[] = []
    const url = await serverThat((incoming, outgoing) => {
      let body = ''
      incoming.on('data', (chunk) => (body += String(chunk)))
      incoming.on('end', () => {
        const { accept, authorization, traceparent, 'content-type': type } = incoming.headers
        seen.push([incoming.method, accept, authorization, traceparent, type, body])
        outgoing.writeHead(418, { 'x-kind': 'teapot' }).end('grüße')
      })
    })
    const headers = { authorization: 'Basic eA==' }
    const answer = await ask(
      { url, headers, json: { a: 1 } },
      { traceHeaders: { traceparent: 't' } },
    )
    expect(answer).toMatchObject({ status: 418, text: 'grüße' })
    expect(answer.headers.get('x-kind')).toBe('teapot')
    await ask({ url, method: 'GET' })
    expect(seen).toEqual([
      ['POST', 'application/json', 'Basic eA==', 't', 'application/json', '{"a":1}'],
      ['GET', 'application/json', undefined, undefined, undefined, ''],
    ])
  })

  it('follows no redirect, so that a credential goes nowhere else', async () => {
    let calls = 0
    const url = await serverThat((_, outgoing) => {
      calls += 1
      outgoing.writeHead(307, { location: '/elsewhere' }).end()
    })
    expect((await ask({ url })).status).toBe(307)
    expect(calls).toBe(1)
  })

  it.each<[string, RequestListener, Partial<UpstreamContext>, string, string]>([
    [
      'drops the connection',
      (_, outgoing) => void outgoing.destroy(),
      { purpose: 'the forecast' },
      'temporarily_unavailable',
      'The weather could not be reached for the forecast, or the connection broke off; check the sky',
    ],
    [
      'answers too late',
      () => {},
      { signal: AbortSignal.timeout(50) },
      'upstream_timeout',
      'The weather did not answer in time',
    ],
    [
      'never ends',
      (_, outgoing) => void outgoing.end('x'.repeat(256 * 1024 + 1)),
      {},
      'upstream_invalid',
      'The weather gave an answer without end',
    ],
  ])('that %s is a MintError in the operator’s words', async (...row) => {
    const [, answer, context, code, message] = row
    const url = await serverThat(answer)
    const error: unknown = await ask({ url, json: { secret: 'canary' } }, context).catch((it) => it)
    expect(error).toMatchObject({ name: 'MintError', code, message })
    expect(inspect(error, { depth: 9 })).not.toContain('canary')
  })
})
