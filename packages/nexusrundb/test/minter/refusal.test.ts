import type { RequestListener } from 'node:http'
import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { nexusrundb } from '../../src/minter/index.ts'
import { json, rejectionOf, requestFor, serverThat, text } from '../setup.ts'

const SECRET = 'canary-secret'
const words = { message: 'canary of the vendor' }

describe('an endpoint that fails', () => {
  it.each<[string, RequestListener, [code: string, mend: RegExp]]>([
    ['does not take the request', json(400, words), ['upstream_invalid', /expiryParam/]],
    ['refuses the secret', json(401, words), ['upstream_auth', /check accessKey and accessSecret/]],
    ['has no license', json(402, words), ['upstream_auth', /license or subscription/]],
    [
      'refuses the key',
      json(403, words),
      ['upstream_auth', /only the Master key mints for others/],
    ],
    ['is not there', json(404, words), ['upstream_invalid', /tokenPath/]],
    ['takes another method', text(405, 'canary'), ['upstream_invalid', /tokenMethod/]],
    [
      'moved',
      json(302, words, { location: 'https://canary.example' }),
      ['upstream_invalid', /gateway/],
    ],
    ['is busy', json(429, words, { 'retry-after': '7' }), ['temporarily_unavailable', /429/]],
    ['is down', text(503, '<h1>canary</h1>', 'text/html'), ['temporarily_unavailable', /503/]],
    ['is slow behind a gateway', text(504, 'canary'), ['upstream_timeout', /gateway/]],
    ['drops the connection', (_, o) => void o.destroy(), ['temporarily_unavailable', /baseUrl/]],
  ])('because it %s says so with the mend, and quotes nothing', async (_, answer, [code, mend]) => {
    const { baseUrl } = await serverThat(answer)
    const minter = nexusrundb({ baseUrl, accessKey: 'ak-1', accessSecret: SECRET })
    const error = await rejectionOf(minter.mint(requestFor()))
    expect(error).toMatchObject({ code, message: expect.stringMatching(mend) })
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('canary')
  })

  it('says how long it wants to be left alone', async () => {
    const { baseUrl } = await serverThat(json(429, {}, { 'retry-after': '7' }))
    const minter = nexusrundb({ baseUrl, accessKey: 'ak-1', accessSecret: SECRET })
    expect(await rejectionOf(minter.mint(requestFor()))).toMatchObject({ retryAfterMs: 7_000 })
  })

  it('is not waited for beyond the deadline', async () => {
    const { baseUrl } = await serverThat(() => {})
    const minter = nexusrundb({ baseUrl, accessKey: 'ak-1', accessSecret: SECRET })
    const signal = AbortSignal.timeout(50)
    expect(await rejectionOf(minter.mint(requestFor({ signal })))).toMatchObject({
      code: 'upstream_timeout',
    })
  })
})
