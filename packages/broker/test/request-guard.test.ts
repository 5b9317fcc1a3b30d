import { describe, expect, it } from 'vitest'
import { OAuthError } from '../src/oauth-error.ts'
import { guardTokenRequest, judgeProvenance, listedOrigin } from '../src/request-guard.ts'

const LISTED = 'https://app.example'
const ORIGINS = new Set([LISTED])

function post(headers: Readonly<Record<string, string | undefined>>): Request {
  const given = Object.entries(headers).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  )
  return new Request('https://broker.example/api/broker/tokens', { method: 'POST', headers: given })
}

/** What became of a request: let in, or the status and code it was refused with. */
function outcomeOf(request: Request): string {
  try {
    guardTokenRequest(request, ORIGINS)
    return 'in'
  } catch (error) {
    return error instanceof OAuthError ? `${error.status} ${error.code}` : String(error)
  }
}

describe('judgeProvenance', () => {
  // Written out from the protocol page, one row per case, so that the code is not its own oracle.
  it.each([
    // Origin, Sec-Fetch-Site, bearer, verdict
    [null, null, false, 'refused'],
    [null, null, true, 'bearer-only'],
    [null, 'same-origin', false, 'allowed'],
    [null, 'same-origin', true, 'allowed'],
    [null, 'same-site', false, 'refused'],
    [null, 'same-site', true, 'refused'],
    [null, 'cross-site', false, 'refused'],
    [null, 'cross-site', true, 'refused'],
    [null, 'none', false, 'refused'],
    [null, 'none', true, 'refused'],
    [LISTED, null, false, 'allowed'],
    [LISTED, null, true, 'allowed'],
    [LISTED, 'same-origin', false, 'allowed'],
    [LISTED, 'same-site', false, 'allowed'],
    [LISTED, 'cross-site', false, 'allowed'],
    [LISTED, 'none', false, 'refused'],
    [LISTED, 'none', true, 'refused'],
    ['https://evil.example', null, false, 'refused'],
    ['https://evil.example', null, true, 'refused'],
    ['https://evil.example', 'same-origin', false, 'allowed'],
    ['https://evil.example', 'same-site', false, 'refused'],
    ['https://evil.example', 'cross-site', true, 'refused'],
    ['null', null, false, 'refused'],
    ['null', null, true, 'refused'],
    ['null', 'same-origin', false, 'refused'],
    ['null', 'cross-site', true, 'refused'],
    ['', null, true, 'refused'],
    [null, 'unheard-of', true, 'refused'],
    [null, 'same-origin, same-origin', true, 'refused'],
    [`${LISTED}, ${LISTED}`, null, false, 'refused'],
  ] as const)(
    'Origin %s, Sec-Fetch-Site %s, bearer %s: %s',
    (...[origin, site, hasBearer, verdict]) => {
      expect(judgeProvenance({ origin, site, hasBearer }, ORIGINS)).toBe(verdict)
    },
  )

  it.each([
    'https://app.example.evil',
    'https://app.example.',
    'https://app.example:443',
    'https://app.example:8443',
    'https://app.example/',
    'https://app.example@evil.example',
    'https://evil.example#https://app.example',
    'http://app.example',
    'HTTPS://APP.EXAMPLE',
    'https://App.example',
    'https://sub.app.example',
    'https://app.example\u0000',
    ' https://app.example',
    'https://xn--pp-yia.example',
    'https://аpp.example',
    'https://app.exampl',
    'app.example',
    '*',
    'file://',
    'data:',
    'chrome-extension://app.example',
  ])('takes %j for a stranger', (origin) => {
    expect(judgeProvenance({ origin, site: 'cross-site', hasBearer: true }, ORIGINS)).toBe(
      'refused',
    )
  })
})

describe('guardTokenRequest', () => {
  const versions = [undefined, '1', '2', ''] as const
  const provenances: [Record<string, string>, boolean][] = [
    [{}, false],
    [{ Authorization: 'Bearer x' }, true],
    [{ Authorization: 'Basic x' }, false],
    [{ 'Sec-Fetch-Site': 'same-origin' }, true],
    [{ 'Sec-Fetch-Site': 'same-site' }, false],
    [{ 'Sec-Fetch-Site': 'cross-site' }, false],
    [{ 'Sec-Fetch-Site': 'none' }, false],
    [{ Origin: LISTED }, true],
    [{ Origin: LISTED, 'Sec-Fetch-Site': 'cross-site' }, true],
    [{ Origin: 'https://evil.example', 'Sec-Fetch-Site': 'cross-site' }, false],
    [{ Origin: 'null' }, false],
  ]
  const types: [string | undefined, boolean][] = [
    [undefined, false],
    ['application/json', true],
    ['application/json; charset=utf-8', true],
    ['Application/JSON;charset="UTF-8"', true],
    ['application/json; charset=utf-16', false],
    ['application/json, application/json', false],
    ['text/plain', false],
    ['text/plain; application/json', false],
    ['application/x-www-form-urlencoded', false],
    ['multipart/form-data; boundary=x', false],
    ['application/jsonp', false],
  ]

  function expected(version: string | undefined, trusted: boolean, typed: boolean): string {
    if (version === undefined || !trusted) return '403 csrf_rejected'
    if (version !== '1') return '400 invalid_request'
    return typed ? 'in' : '415 invalid_request'
  }

  it('lets in what the table lets in, and nothing else', () => {
    let cases = 0
    for (const version of versions)
      for (const [provenance, trusted] of provenances)
        for (const [type, typed] of types) {
          const headers = { 'X-Valet-Key': version, 'Content-Type': type, ...provenance }
          const outcome = expected(version, trusted, typed)
          expect({ headers, outcome: outcomeOf(post(headers)) }).toEqual({ headers, outcome })
          cases += 1
        }
    expect(cases).toBe(484)
  })

  const fine = {
    'X-Valet-Key': '1',
    'Sec-Fetch-Site': 'same-origin',
    'Content-Type': 'application/json',
  }

  it('derives no trust from the Host or the URL', () => {
    const headers = { ...fine, 'Sec-Fetch-Site': undefined, Origin: 'https://broker.example' }
    expect(outcomeOf(post(headers))).toBe('403 csrf_rejected')
  })

  it('lets no cookie count where the bearer alone let the request in', () => {
    const request = post({
      ...fine,
      'Sec-Fetch-Site': undefined,
      Authorization: 'Bearer of-the-app',
      Cookie: 'session=1',
    })
    const trusted = guardTokenRequest(request, ORIGINS)
    expect(trusted.headers.get('Cookie')).toBeNull()
    expect(trusted.headers.get('Authorization')).toBe('Bearer of-the-app')
  })

  it('passes the very request on otherwise, so that frameworks find what they tied to it', () => {
    const request = post(fine)
    expect(guardTokenRequest(request, ORIGINS)).toBe(request)
  })

  it.each([
    [undefined, 'in'],
    ['', 'in'],
    ['*/*', 'in'],
    ['application/*', 'in'],
    ['application/json', 'in'],
    ['text/html, application/json;q=0.5', 'in'],
    ['text/html', '406 invalid_request'],
    ['application/json;q=0', '406 invalid_request'],
    ['application/xml', '406 invalid_request'],
  ])('answers Accept: %s with %s', (accept, outcome) => {
    expect(outcomeOf(post({ ...fine, Accept: accept }))).toBe(outcome)
  })

  it('unpacks nothing', () => {
    expect(outcomeOf(post({ ...fine, 'Content-Encoding': 'gzip' }))).toBe('415 invalid_request')
    expect(outcomeOf(post({ ...fine, 'Content-Encoding': 'identity' }))).toBe('in')
  })
})

describe('listedOrigin', () => {
  it('never names an origin that is not in the list, `null` least of all', () => {
    expect(listedOrigin(post({ Origin: LISTED }), ORIGINS)).toBe(LISTED)
    expect(listedOrigin(post({ Origin: 'https://evil.example' }), ORIGINS)).toBeUndefined()
    expect(listedOrigin(post({ Origin: 'null' }), new Set(['null']))).toBeUndefined()
    expect(listedOrigin(post({}), ORIGINS)).toBeUndefined()
  })
})
