import type { RequestListener } from 'node:http'
import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { skyflow } from '../../src/minter/index.ts'
import {
  credentialsFor,
  envelope,
  html,
  json,
  rejectionOf,
  secrets,
  serverThat,
  truncated,
} from '../setup.ts'
import { bearer, exchangeIn, granted, minterOf, NOW, requestFor, vaultUrl } from './stage.ts'

describe('an endpoint that fails', () => {
  it.each<[string, RequestListener, string, RegExp]>([
    [
      'refuses the issuer',
      json(401, envelope(401, "Check your JWT assertion's 'iss' value.")),
      'upstream_auth',
      /clientID/,
    ],
    [
      'does not know the account',
      json(404, envelope(404, 'Failed to load ServiceAccount ID x')),
      'upstream_auth',
      /environment/,
    ],
    [
      'refuses an account set to API keys',
      json(400, envelope(400, 'API key is enabled')),
      'upstream_auth',
      /set to API keys/,
    ],
    [
      'finds the assertion expired',
      json(401, envelope(401, 'assertion is expired')),
      'upstream_auth',
      /clock/,
    ],
    [
      'wants a context',
      json(400, envelope(400, 'ctx is required')),
      'upstream_auth',
      /option `context`/,
    ],
    [
      'refuses a role',
      json(403, envelope(403, 'role is not assigned')),
      'upstream_auth',
      /role IDs/,
    ],
    [
      'refuses in plain text',
      (_, o) => o.writeHead(401, { 'content-type': 'text/plain' }).end('no'),
      'upstream_auth',
      /credentials\.json/,
    ],
    ['hides behind a login page', html(401), 'upstream_auth', /gateway/],
    ['hides behind a page of a firewall', html(403), 'upstream_invalid', /gateway or login page/],
    ['is not there', html(404), 'upstream_invalid', /tokenURI/],
    ['answers with a page', html(200), 'upstream_invalid', /not JSON/],
    [
      'sends elsewhere',
      (_, o) => o.writeHead(307, { location: '/canary' }).end(),
      'upstream_invalid',
      /307/,
    ],
    ['answers with nothing', (_, o) => o.writeHead(200).end(), 'upstream_invalid', /not JSON/],
    ['answers with a list', json(200, ['canary']), 'upstream_invalid', /not JSON/],
    ['gives no token', granted(undefined), 'upstream_invalid', /accessToken/],
    [
      'gives a token that no header can hold',
      granted('canary\r\nx: y'),
      'upstream_invalid',
      /accessToken/,
    ],
    [
      'gives a token of another kind',
      granted('canary', { tokenType: 'mac' }),
      'upstream_invalid',
      /no bearer/,
    ],
    ['gives a token that is over', granted(bearer(1_893_455_000)), 'upstream_invalid', /clock/],
    [
      'never stops',
      (_, o) => void o.writeHead(200).write('canary'.repeat(60_000)),
      'upstream_invalid',
      /without end/,
    ],
    ['breaks off', truncated, 'temporarily_unavailable', /could not be reached, or/],
    [
      'drops the connection',
      (_, o) => void o.destroy(),
      'temporarily_unavailable',
      /could not be reached/,
    ],
    ['is broken', json(500, envelope(500, 'canary')), 'temporarily_unavailable', /500/],
    ['is too busy', html(503), 'temporarily_unavailable', /503/],
    ['is too slow for its gateway', html(504), 'upstream_timeout', /504/],
  ])('that %s is told by its code', async (_, ...[answer, code, message]) => {
    const server = await serverThat(answer)
    const error = await rejectionOf(minterOf(server).mint(requestFor()))
    expect(error).toMatchObject({
      name: 'MintError',
      code,
      message: expect.stringMatching(message),
    })
    const { assertion } = exchangeIn(server)
    const printed = inspect(error, { depth: 9, showHidden: true })
    for (const secret of ['canary', assertion, assertion.split('.')[2] ?? '', ...secrets])
      expect(printed).not.toContain(secret)
    expect(server.calls()).toBe(1)
  })

  it.each([
    ['7', 7_000],
    [new Date(NOW + 9_750).toUTCString(), 9_750],
    ['-1', undefined],
    ['soon', undefined],
  ])('and asks to be left alone for %s is left alone', async (header, retryAfterMs) => {
    const answer = json(429, envelope(429, 'slow down'), { 'retry-after': header })
    const error = await rejectionOf(minterOf(await serverThat(answer)).mint(requestFor()))
    expect(error).toMatchObject({ code: 'temporarily_unavailable' })
    expect((error as { retryAfterMs?: number }).retryAfterMs).toBe(retryAfterMs)
  })

  it('names Skyflow’s request, if it is fit for a log', async () => {
    const named = json(401, envelope(401, 'no'), { 'x-request-id': 'ab-12' })
    const odd = json(401, envelope(401, 'no'), { 'x-request-id': 'a b<script>' })
    const server = await serverThat(named, odd)
    const minter = minterOf(server)
    expect(String(await rejectionOf(minter.mint(requestFor())))).toContain('(request ab-12)')
    expect(String(await rejectionOf(minter.mint(requestFor())))).not.toContain('script')
  })

  it('that never answers is given up at the broker’s deadline', async () => {
    const controller = new AbortController()
    const server = await serverThat(() => controller.abort())
    const error = await rejectionOf(
      minterOf(server).mint(requestFor({ signal: controller.signal })),
    )
    expect(error).toMatchObject({ code: 'upstream_timeout' })
  })

  it('that cannot be reached is told so', async () => {
    const credentials = credentialsFor('http://127.0.0.1:1/token')
    const error = await rejectionOf(skyflow({ credentials, vaultUrl }).mint(requestFor()))
    expect(error).toMatchObject({ code: 'temporarily_unavailable' })
  })
})
