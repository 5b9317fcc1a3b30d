/** What a broker takes for a token request, and what it refuses. */
import { isRecord, MAX_ITEMS, MAX_REQUEST_BYTES } from '@valetkey/protocol'
import type { ConformanceCase } from '../conformance-case.ts'
import {
  expectNoToken,
  expectProblem,
  expectStatus,
  expectThat,
  expectToken,
} from '../expectations.ts'
import type { Answer, Page } from '../page.ts'

const SECTION = 'Asking: `POST {broker}/tokens`'
const BAD_REQUEST = [400, 'invalid_request'] as const
const EXTRA = 'conformance_extra'

const item = (page: Page, more: object = {}): object => ({
  id: '1',
  audience: page.profile.granted,
  ...more,
})

async function expectRefused(page: Page, bodies: Readonly<Record<string, unknown>>): Promise<void> {
  for (const [what, body] of Object.entries(bodies))
    expectProblem(await page.post(body), BAD_REQUEST, `the answer to ${what}`)
}

/** Spaces at the end are part of the body and no part of the JSON. */
function padded(page: Page, bytes: number): string {
  return JSON.stringify({ tokens: [item(page)] }).padEnd(bytes)
}

function expectNamed(answer: Answer, what: string): void {
  expectProblem(answer, BAD_REQUEST, what)
  const said = isRecord(answer.body) ? String(answer.body.error_description) : ''
  expectThat(said.includes(EXTRA), `${what} does not name the member`)
}

export const askingCases: readonly ConformanceCase[] = [
  {
    id: 'asking-token',
    title: 'A page of the app that is signed in gets a token',
    clause: { section: SECTION, words: 'the version, and a proof that the page' },
    async check(page) {
      expectToken(await page.ask([page.profile.granted]))
    },
  },
  {
    id: 'asking-items',
    title: '1 to 32 items are taken, none and 33 refused',
    clause: { section: SECTION, words: '1 to 32 items' },
    async check(page) {
      const items = (count: number): string[] =>
        Array.from({ length: count }, () => page.profile.granted)
      const full = await page.ask(items(MAX_ITEMS))
      expectStatus(full, 200, `the answer to ${MAX_ITEMS} items`)
      expectThat(full.items.length === MAX_ITEMS, `${MAX_ITEMS} items got ${full.items.length}`)
      const tooMany = await page.ask(items(MAX_ITEMS + 1))
      expectProblem(tooMany, BAD_REQUEST, `the answer to ${MAX_ITEMS + 1} items`)
      expectProblem(await page.ask([]), BAD_REQUEST, 'the answer to no items')
    },
  },
  {
    id: 'asking-size',
    title: 'A body of 16 KiB is taken, a longer one answered 413',
    clause: { section: SECTION, words: 'the whole body at most 16 KiB' },
    async check(page) {
      expectToken(await page.post(padded(page, MAX_REQUEST_BYTES)), 'the answer to 16 KiB')
      const answer = await page.post(padded(page, MAX_REQUEST_BYTES + 1))
      expectProblem(answer, [413, 'invalid_request'], 'the answer to a byte more')
    },
  },
  {
    id: 'asking-json',
    title: 'What is not a JSON object in UTF-8 with a list of items is refused',
    clause: { section: SECTION, words: 'Unknown members are refused' },
    async check(page) {
      await expectRefused(page, {
        'no body': '',
        'half an object': '{"tokens":[',
        'an array': [],
        null: null,
        'a number': 1,
        'no tokens': {},
        'tokens that are no list': { tokens: { 0: item(page) } },
        'an item that is a string': { tokens: [page.profile.granted] },
        'an item that is null': { tokens: [null] },
        'bytes that are not UTF-8': Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d),
        'nested arrays, 5,000 deep': `${'['.repeat(5_000)}${']'.repeat(5_000)}`,
      })
    },
  },
  {
    id: 'asking-unknown-member',
    title: 'An unknown member is refused by name, beside the items and in one',
    clause: { section: SECTION, words: 'Unknown members are refused, and the error names them.' },
    async check(page) {
      const beside = await page.post({ tokens: [item(page)], [EXTRA]: 1 })
      expectNamed(beside, 'the answer to a member beside the items')
      const inside = await page.post({ tokens: [item(page, { [EXTRA]: 1 })] })
      expectNamed(inside, 'the answer to a member of an item')
      const text = JSON.stringify({ tokens: [item(page)] }).slice(0, -1)
      await expectRefused(page, {
        'a member __proto__': `${text},"__proto__":{"background":true}}`,
      })
    },
  },
  {
    id: 'asking-id',
    title: 'An id has 1 to 32 characters and stands once in a request',
    clause: { section: SECTION, words: '1 to 32 characters, unique in the request' },
    async check(page) {
      expectToken(
        await page.post({ tokens: [item(page, { id: 'x'.repeat(32) })] }),
        '32 characters',
      )
      const { id: _, ...without } = { id: '', ...item(page) }
      await expectRefused(page, {
        'an empty id': { tokens: [item(page, { id: '' })] },
        'an id of 33 characters': { tokens: [item(page, { id: 'x'.repeat(33) })] },
        'an id that is a number': { tokens: [item(page, { id: 1 })] },
        'an item without id': { tokens: [without] },
        'one id twice': { tokens: [item(page), item(page)] },
      })
    },
  },
  {
    id: 'asking-audience',
    title: 'An audience that cannot be a name is refused as malformed',
    clause: { section: SECTION, words: 'Never an address to contact' },
    async check(page) {
      const names = ['', 'https://evil.example/', '../cards', '.cards', 'a b', 'a\n', 'a/b/c', 'ä']
      for (const audience of [...names, 'a'.repeat(101)])
        await expectRefused(page, {
          [`the audience ${JSON.stringify(audience)}`]: { tokens: [item(page, { audience })] },
        })
    },
  },
  {
    id: 'asking-twice',
    title: 'One audience may be asked for twice; every item echoes its id and audience',
    clause: { section: SECTION, words: 'every answer item it causes echoes it' },
    async check(page) {
      const { granted } = page.profile
      const { items } = await page.ask([
        { id: 'b', audience: granted },
        { id: 'a', audience: granted },
      ])
      const ids = new Set(items.map(({ id }) => id))
      const hasBoth = items.length === 2 && ids.has('a') && ids.has('b')
      expectThat(hasBoth, 'the answer does not echo the two ids')
      const isEchoed = items.every(({ audience }) => audience === granted)
      expectThat(isEchoed, 'the answer names another audience')
    },
  },
  {
    id: 'asking-ttl',
    title: 'A ttl shortens the life that is told',
    clause: { section: SECTION, words: 'seconds; may shorten the lifetime, never lengthen it' },
    async check(page) {
      const long = expectToken(await page.ask([page.profile.granted]))
      const most = await page.ask([{ audience: page.profile.granted, ttl: 1e9 }])
      const lengthened = Number(expectToken(most).expires_in) - Number(long.expires_in)
      expectThat(lengthened < 5, 'a ttl of 1e9 has lengthened expires_in')
      // Some upstreams give no shorter ones, and the broker then none; it may not tell a longer life.
      const short = await page.ask([{ audience: page.profile.granted, ttl: 30 }])
      const [first] = short.items
      const isShort = first?.error !== undefined || Number(first?.expires_in) <= 30
      expectThat(first !== undefined && isShort, 'a ttl of 30 got a longer expires_in')
    },
  },
  {
    id: 'asking-ttl-number',
    title: 'A ttl that is no number above 0 is refused',
    clause: { section: SECTION, words: 'seconds; may shorten the lifetime' },
    async check(page) {
      for (const ttl of [0, -1, '60', null, true, []])
        await expectRefused(page, {
          [`a ttl of ${JSON.stringify(ttl)}`]: { tokens: [item(page, { ttl })] },
        })
    },
  },
  {
    id: 'asking-scope-widens',
    title: 'A scope that was not granted is in no token',
    clause: { section: SECTION, words: 'may narrow what would be granted, never widen it' },
    async check(page) {
      const scope = 'valetkey:conformance:never-granted'
      const { items } = await page.ask([{ audience: page.profile.granted, scope }])
      const [first] = items
      // Without `scope` in the answer the token has the scope that was asked for (RFC 6749, section 5.1).
      const { scope: told = scope } = first ?? {}
      const isGranted = typeof told !== 'string' || told.split(' ').includes(scope)
      const isRefused = first?.error !== undefined || !isGranted
      expectThat(first !== undefined && isRefused, 'a token was granted for an unheard-of scope')
    },
  },
  {
    id: 'asking-scope-narrows',
    title: 'A scope that may be asked for is the whole scope of the token',
    clause: { section: SECTION, words: 'may narrow what would be granted' },
    needs: 'scoped',
    async check(page) {
      const { audience = '', scope = '' } = page.profile.scoped ?? {}
      const token = expectToken(await page.ask([{ audience, scope }]))
      expectThat((token.scope ?? scope) === scope, 'the token has another scope')
    },
  },
  {
    id: 'asking-scope-text',
    title: 'A scope with characters that RFC 6749 keeps out of one is refused',
    clause: { section: SECTION, words: 'may narrow what would be granted' },
    async check(page) {
      for (const scope of ['"', '\\', 'a\nb', 'ä', 7, ['read']])
        await expectRefused(page, {
          [`the scope ${JSON.stringify(scope)}`]: { tokens: [item(page, { scope })] },
        })
    },
  },
  {
    id: 'asking-context',
    title: 'A context is refused where the audience declares none',
    clause: { section: SECTION, words: 'refused unless the audience declares a schema for it' },
    async check(page) {
      const answer = await page.ask([
        { audience: page.profile.granted, context: { role: 'admin' } },
      ])
      expectNoToken(answer)
      expectProblem(answer, BAD_REQUEST)
    },
  },
  {
    id: 'asking-background',
    title: 'background is taken as true or false, and as nothing else',
    clause: { section: SECTION, words: '`true` if no user waits for this' },
    async check(page) {
      const tokens = [item(page)]
      expectToken(await page.post({ background: true, tokens }), 'the answer to background: true')
      await expectRefused(page, { 'background: "yes"': { background: 'yes', tokens } })
    },
  },
]
