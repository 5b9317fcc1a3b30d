import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { inspect } from 'node:util'
import { describe, expect, it, onTestFinished } from 'vitest'
import { callNode, type NodeCall, outcomeOf, type VaultNode } from '../src/node-call.ts'

const RULES = { deadlineMs: 10_000, retries: 0 }
const call: NodeCall<string> = {
  method: 'POST',
  path: 'api/v1/data/read',
  body: { filter: {} },
  parse: (content) => (typeof content === 'string' ? content : undefined),
}

/** A node that answers as told, one answer per request, the last one for all that follow. */
async function nodeThat(...answers: RequestListener[]): Promise<VaultNode & { calls(): number }> {
  let calls = 0
  const server = createServer((incoming, outgoing) => {
    const answer = answers[Math.min(calls++, answers.length - 1)]
    answer?.(incoming, outgoing)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  const resource = `http://127.0.0.1:${port}/`
  return { audience: 'records/a', resource, fetch, calls: () => calls }
}

const json =
  (status: number, content: unknown): RequestListener =>
  (_, outgoing) =>
    outgoing.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(content))

const text =
  (status: number, content: string): RequestListener =>
  (_, outgoing) =>
    outgoing.writeHead(status, { 'content-type': 'text/plain' }).end(content)

describe('callNode', () => {
  it('gives the answer, checked', async () => {
    const attempt = await callNode(await nodeThat(json(200, 'good')), call, RULES)
    expect(attempt).toMatchObject({ ok: true, status: 200, value: 'good' })
  })

  it('sends a bigint as the number it is', async () => {
    const echo = await nodeThat((incoming, outgoing) => {
      incoming.setEncoding('utf8').on('data', (body) => outgoing.end(JSON.stringify(body)))
    })
    const attempt = await callNode(echo, { ...call, body: { filter: { visits: 3n } } }, RULES)
    expect(attempt).toMatchObject({ value: '{"filter":{"visits":3}}' })
  })

  it('sends nothing that JSON cannot hold, and does not call the node unreachable for it', async () => {
    const node = await nodeThat(json(200, 'good'))
    const circle: Record<string, unknown> = {}
    circle.self = circle
    for (const body of [{ visits: 2n ** 64n }, circle])
      expect(await callNode(node, { ...call, body }, RULES)).toMatchObject({
        error: { code: 'invalid_argument', retryable: false },
      })
    expect(node.calls()).toBe(0)
  })

  it('holds its deadline and the caller’s signal with a fetch that knows of none', async () => {
    const deaf: VaultNode = { ...(await nodeThat()), fetch: () => new Promise(() => {}) }
    expect(await callNode(deaf, call, { ...RULES, deadlineMs: 50 })).toMatchObject({
      error: { code: 'node_timeout' },
    })
    const signal = AbortSignal.timeout(50)
    expect(await callNode(deaf, call, { ...RULES, signal })).toMatchObject({
      error: { code: 'aborted' },
    })
  })

  it('says what 413 means', async () => {
    const attempt = await callNode(await nodeThat(text(413, 'Payload Too Large')), call, RULES)
    expect(attempt).toMatchObject({
      error: { code: 'invalid_request', status: 413, reasons: [/write less at once/] },
    })
  })

  it('takes an empty answer for no content', async () => {
    const { method, path, body } = call
    const parse = (content: unknown) => (content === undefined ? true : undefined)
    const empty: NodeCall<true> = { method, path, body, parse }
    const node = await nodeThat((_, outgoing) => outgoing.writeHead(204).end())
    expect(await callNode(node, empty, RULES)).toMatchObject({ ok: true, status: 204, value: true })
  })

  it.each([
    [400, 'invalid_request', false],
    [401, 'unauthorized', false],
    [402, 'payment_required', false],
    [403, 'forbidden', false],
    [404, 'not_found', false],
    [413, 'invalid_request', false],
    [429, 'rate_limited', true],
    [500, 'node_error', false],
    [503, 'node_unavailable', true],
    [504, 'node_unavailable', true],
  ])('turns status %i into %s', async (status, code, retryable) => {
    const attempt = await callNode(await nodeThat(text(status, 'no')), call, RULES)
    expect(attempt).toMatchObject({ ok: false, status, error: { code, status, retryable } })
  })

  it('keeps the words of the node, but not those that quote records', async () => {
    const errors = ['DatabaseError', '', 'cause: {"keyValue":{"service":"canary"}}', 7]
    const node = await nodeThat(json(500, { ts: 'now', errors }))
    const attempt = await callNode(node, call, RULES)
    expect(attempt).toMatchObject({ error: { reasons: ['DatabaseError'] } })
    expect(inspect(outcomeOf(attempt), { depth: 12, showHidden: true })).not.toContain('canary')
  })

  it.each([
    ['what is not JSON', text(200, '<html>canary</html>')],
    ['what has another shape', json(200, { canary: 1 })],
  ])('calls %s malformed, and does not quote it', async (_, answer) => {
    const attempt = await callNode(await nodeThat(answer), call, RULES)
    expect(attempt).toMatchObject({ ok: false, status: 200, error: { code: 'malformed_answer' } })
    expect(inspect(outcomeOf(attempt), { depth: 12, showHidden: true })).not.toContain('canary')
  })

  it.each<[string, RequestListener]>([
    ['never answers', () => {}],
    ['never ends its answer', (_, outgoing) => void outgoing.writeHead(200).write('"go')],
  ])('ends at the deadline if the node %s', async (_, answer) => {
    const startedAt = performance.now()
    const attempt = await callNode(await nodeThat(answer), call, { ...RULES, deadlineMs: 500 })
    expect(attempt).toMatchObject({ ok: false, error: { code: 'node_timeout', retryable: true } })
    expect(performance.now() - startedAt).toBeLessThan(3_000)
  })

  it('gives all pages of a list one deadline together', async () => {
    const endless: NodeCall<string> = { ...call, next: () => endless }
    const node = await nodeThat((_, outgoing) => {
      setTimeout(() => outgoing.end(JSON.stringify('good')), 50)
    })
    const attempt = await callNode(node, endless, { ...RULES, deadlineMs: 300 })
    expect(attempt).toMatchObject({ ok: false, error: { code: 'node_timeout' } })
  })

  it('counts retries into the deadline', async () => {
    const node = await nodeThat(text(503, 'no'))
    const startedAt = performance.now()
    await callNode(node, call, { deadlineMs: 1_500, retries: 20 })
    expect(performance.now() - startedAt).toBeLessThan(4_000)
    expect(node.calls()).toBeGreaterThan(1)
  })

  it('sends a second time only as often as told, with the same body', async () => {
    const bodies: string[] = []
    const broken: RequestListener = (incoming, outgoing) => {
      incoming.on('data', (chunk) => bodies.push(String(chunk)))
      incoming.on('end', () => outgoing.destroy())
    }
    const node = await nodeThat(broken, broken, json(200, 'good'))
    expect(await callNode(node, call, RULES)).toMatchObject({ error: { code: 'node_unreachable' } })
    expect(await callNode(node, call, { ...RULES, retries: 1 })).toMatchObject({ ok: true })
    expect(bodies).toEqual(['{"filter":{}}', '{"filter":{}}'])
  })

  it('asks again for an answer that broke off, where it may ask twice', async () => {
    const cut: RequestListener = (_, outgoing) => {
      outgoing.writeHead(200, { 'content-type': 'application/json' }).write('"go')
      setImmediate(() => outgoing.destroy())
    }
    const once = await callNode(await nodeThat(cut, json(200, 'good')), call, RULES)
    expect(once).toMatchObject({ ok: false, status: 200, error: { code: 'node_unreachable' } })
    const twice = await callNode(await nodeThat(cut, json(200, 'good')), call, {
      ...RULES,
      retries: 1,
    })
    expect(twice).toMatchObject({ ok: true, value: 'good' })
  })

  it('gives the last refusal when no retry brought better', async () => {
    const node = await nodeThat(json(502, {}), json(503, { errors: ['closed'] }))
    const attempt = await callNode(node, call, { ...RULES, retries: 1 })
    expect(attempt).toMatchObject({ ok: false, status: 503, error: { reasons: ['closed'] } })
    expect(node.calls()).toBe(2)
  })

  it('does not send a second time what was answered by 500', async () => {
    const node = await nodeThat(text(500, 'no'))
    await callNode(node, call, { ...RULES, retries: 2 })
    expect(node.calls()).toBe(1)
  })

  it('stops when the caller gives up', async () => {
    const controller = new AbortController()
    const node = await nodeThat(() => controller.abort())
    const attempt = await callNode(node, call, { ...RULES, signal: controller.signal })
    expect(attempt).toMatchObject({ ok: false, error: { code: 'aborted' } })
  })
})
