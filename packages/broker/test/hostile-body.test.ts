import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createVaults, tokenRequest, type WireBody } from './harness.ts'

describe('a hostile body', () => {
  const post = async (body: unknown): Promise<{ status: number; problem: WireBody }> => {
    const { broker, cards, shared, records } = createVaults({ authorize: () => false })
    const response = await broker.fetch(tokenRequest(body))
    expect(response.headers.get('Cache-Control')).toBe('no-store')
    expect(response.headers.get('Content-Type')).toBe('application/problem+json')
    expect([...cards.requests, ...shared.requests, ...records.requests]).toEqual([])
    return { status: response.status, problem: await response.json() }
  }

  it('of any JSON is answered by a problem, never by a 5xx', async () => {
    await fc.assert(
      fc.asyncProperty(fc.json(), async (body) => {
        const { status, problem } = await post(body)
        expect([400, 403]).toContain(status)
        expect(problem).toMatchObject({ status, error: expect.any(String) })
      }),
      { numRuns: 500 },
    )
  })

  it('close to a good one is answered so too', async () => {
    const item = fc.record(
      {
        id: fc.oneof(fc.string({ maxLength: 40 }), fc.constant('1')),
        audience: fc.oneof(
          fc.constantFrom('cards', 'records', 'records/a', '__proto__'),
          fc.string(),
        ),
        scope: fc.oneof(fc.string(), fc.jsonValue()),
        ttl: fc.oneof(fc.double(), fc.jsonValue()),
        rejected: fc.oneof(fc.string(), fc.jsonValue()),
        context: fc.jsonValue(),
        __proto__: fc.jsonValue(),
      },
      { requiredKeys: ['id', 'audience'] },
    )
    const body = fc.record(
      { tokens: fc.array(item, { maxLength: 40 }), background: fc.jsonValue() },
      { requiredKeys: ['tokens'] },
    )
    await fc.assert(
      fc.asyncProperty(body, async (candidate) => {
        const { status } = await post(candidate)
        expect([400, 403, 413]).toContain(status)
      }),
      { numRuns: 500 },
    )
  })

  it.each([
    ['text', 'tokens'],
    ['nothing', ''],
    ['a deep array', '['.repeat(8_000) + ']'.repeat(8_000)],
    ['a member of the prototype', '{"tokens":[{"id":"1","audience":"cards"}],"__proto__":{"a":1}}'],
    ['a lone surrogate for an id', '{"tokens":[{"id":"\\ud800","audience":"!"}]}'],
  ])('%s: 400', async (_, body) => {
    expect((await post(body)).status).toBe(400)
    expect(({} as { a?: unknown }).a).toBeUndefined()
  })
})
