/** What an answer with tokens says. */
import { isRecord, MAX_EXPIRES_IN } from '@valetkey/protocol'
import type { ConformanceCase } from '../conformance-case.ts'
import { jwtExpiresAt } from '../../jwt-expiry.ts'
import { expectGranted, expectStatus, expectThat, expectToken, nameOf } from '../expectations.ts'
import { type Answer, type AnsweredItem, type Page, pause } from '../page.ts'

const SECTION = 'Answering'
/** A clock of the upstream's own, and seconds that were rounded up. */
const SKEW_SECONDS = 2

async function askGranted(page: Page): Promise<{ answer: Answer; token: AnsweredItem }> {
  const answer = await page.ask([page.profile.granted])
  return { answer, token: expectToken(answer) }
}

function numberIn(answer: Answer, name: string): number {
  const value = isRecord(answer.body) ? answer.body[name] : undefined
  expectThat(typeof value === 'number' && Number.isFinite(value), `${name} is no number`)
  return value
}

function sessionIn({ body }: Answer): string {
  const session = isRecord(body) ? body.session : undefined
  expectThat(typeof session === 'string' && session !== '', 'session is no string with characters')
  return session
}

export const answeringCases: readonly ConformanceCase[] = [
  {
    id: 'answer-token',
    title: 'A token is printable ASCII, of the type Bearer, in JSON',
    clause: {
      section: SECTION,
      words: '1 to 131,072 characters of printable ASCII without spaces',
    },
    async check(page) {
      const { answer, token } = await askGranted(page)
      const type = answer.headers.get('Content-Type') ?? 'none'
      expectThat(/^application\/json\b/i.test(type), `the content type is ${type}`)
      const isText = /^[\x21-\x7e]{1,131072}$/.test(String(token.access_token))
      expectThat(isText, 'access_token is no text that a header could carry')
      const { token_type = 'Bearer' } = token
      expectThat(/^bearer$/i.test(String(token_type)), `token_type is ${nameOf(token_type)}`)
    },
  },
  {
    id: 'answer-server-time',
    title: 'server_time is now, in milliseconds',
    clause: { section: SECTION, words: 'epoch milliseconds when the answer was written' },
    async check(page) {
      const { answer: first } = await askGranted(page)
      const before = numberIn(first, 'server_time')
      expectThat(before > 1.5e12 && before < 1e14, 'server_time is not in milliseconds since 1970')
      await pause(50)
      const { answer: second } = await askGranted(page)
      expectThat(numberIn(second, 'server_time') > before, 'server_time stands still')
    },
  },
  {
    id: 'answer-session',
    title: 'session is the same in every answer to one login, and holds none of it',
    clause: { section: SECTION, words: 'an opaque digest of who is signed in and by which login' },
    async check(page) {
      const session = sessionIn((await askGranted(page)).answer)
      const again = sessionIn((await askGranted(page)).answer)
      expectThat(session === again, 'session differs in two answers to one login')
      const headers = Array.from(page.login.values())
      expectThat(
        !headers.some((value) => value.includes(session)),
        'session is a part of the login',
      )
    },
  },
  {
    id: 'answer-session-of-another',
    title: 'Another login has another session',
    clause: { section: SECTION, words: 'When it changes, clients forget all they have' },
    needs: 'otherLogin',
    async check(page) {
      const session = sessionIn((await askGranted(page)).answer)
      const { granted } = page.profile
      const other = sessionIn(await page.ask([granted, 'x'], { as: 'otherLogin' }))
      expectThat(session !== other, 'two logins have one session')
    },
  },
  {
    id: 'answer-expires-in',
    title: 'expires_in is above 0 and at most a hundred years',
    clause: { section: SECTION, words: 'required, above 0, at most 3.2e9' },
    async check(page) {
      const seconds = (await askGranted(page)).token.expires_in
      expectThat(typeof seconds === 'number', `expires_in is ${nameOf(seconds)}`)
      expectThat(seconds > 0 && seconds <= MAX_EXPIRES_IN, 'expires_in is out of its range')
    },
  },
  {
    id: 'answer-expires-in-remains',
    title: 'expires_in counts down while a token is handed out again',
    clause: { section: SECTION, words: 'seconds that **remain** now' },
    async check(page) {
      const { token: first } = await askGranted(page)
      await pause(1_100)
      const { token: second } = await askGranted(page)
      const isAnother = first.token_id !== second.token_id
      const passed = Number(first.expires_in) - Number(second.expires_in)
      expectThat(isAnother || passed >= 0.9, 'a second later the same token has as long to live')
    },
  },
  {
    id: 'answer-expired',
    title: 'A token that says when it ends has not ended, and ends no sooner than expires_in says',
    clause: { section: SECTION, words: 'seconds that **remain** now' },
    async check(page) {
      const { answer, token } = await askGranted(page)
      const endsAt = jwtExpiresAt(String(token.access_token))
      if (endsAt === undefined) return
      const remaining = (endsAt - numberIn(answer, 'server_time')) / 1000
      expectThat(remaining > 0, 'the token has ended')
      const isHonest = Number(token.expires_in) <= remaining + SKEW_SECONDS
      expectThat(isHonest, 'expires_in goes beyond the end of the token')
    },
  },
  {
    id: 'answer-token-id',
    title: 'token_id is a short text, and no part of the token',
    clause: { section: SECTION, words: 'opaque, not secret, different for every token' },
    async check(page) {
      const { access_token, token_id } = (await askGranted(page)).token
      const isText = typeof token_id === 'string' && token_id.length > 0 && token_id.length <= 128
      expectThat(isText, 'token_id is no text of 1 to 128 characters')
      expectThat(!String(access_token).includes(token_id), 'token_id is a part of the token')
    },
  },
  {
    id: 'answer-resource',
    title: 'resource, where it is told, is an address of HTTP',
    clause: { section: SECTION, words: 'the base URL the token is for' },
    async check(page) {
      const { resource = '' } = (await askGranted(page)).token
      const url = URL.parse(String(resource), `${page.baseUrl}/`)
      expectThat(/^https?:$/.test(url?.protocol ?? ''), 'resource is no address of HTTP')
    },
  },
  {
    id: 'answer-partial',
    title: 'A request that succeeds in part is answered 200, with the reason of what failed',
    clause: { section: SECTION, words: '200 if at least one item succeeded' },
    async check(page) {
      const answer = await page.ask([page.profile.granted, 'valetkey-conformance-unknown'])
      expectStatus(answer, 200)
      const item = (id: string) => answer.items.find((it) => it.id === id) ?? {}
      expectGranted(item('1'), 'the item that may be had')
      const { error } = item('2')
      expectThat(error === 'invalid_target', `the other item has the error ${nameOf(error)}`)
    },
  },
  {
    id: 'answer-group',
    title: 'A group yields an item for each of its members, under the id of its item',
    clause: { section: SECTION, words: 'A group yields one item per member' },
    needs: 'group',
    async check(page) {
      const { group = '' } = page.profile
      const { members, items } = await askGroup(page, group)
      const given = items.map(({ audience }) => String(audience)).toSorted()
      expectThat(given.join() === members.toSorted().join(), 'items and members differ')
      expectThat(
        items.every(({ id }) => id === '1'),
        'an item has another id',
      )
    },
  },
  {
    id: 'answer-member',
    title: 'A member of a group may be asked for alone',
    clause: {
      section: 'Asking: `POST {broker}/tokens`',
      words: "a group's member `{group}/{member}`",
    },
    needs: 'group',
    async check(page) {
      const { members } = await askGroup(page, page.profile.group ?? '')
      const alone = await page.ask(members.slice(0, 1))
      expectStatus(alone, 200)
      const audiences = alone.items.map(({ audience }) => audience)
      expectThat(audiences.join() === members[0], 'the answer is for another audience')
      const isGroup = isRecord(alone.body) && alone.body.groups !== undefined
      expectThat(!isGroup, 'the answer tells of a group that was not asked for')
    },
  },
  {
    id: 'answer-cached',
    title: 'A fresh token is handed out again',
    clause: {
      section: 'Caching without dying tokens',
      words: 'Hand out a cached token only while',
    },
    async check(page) {
      const { token: first } = await askGranted(page)
      const { token: second } = await askGranted(page)
      expectThat(first.token_id === second.token_id, 'each request got another token')
    },
  },
]

async function askGroup(
  page: Page,
  group: string,
): Promise<{ members: string[]; items: readonly AnsweredItem[] }> {
  const answer = await page.ask([group])
  expectStatus(answer, 200)
  const groups = isRecord(answer.body) && isRecord(answer.body.groups) ? answer.body.groups : {}
  const members: unknown = groups[group]
  expectThat(Array.isArray(members) && members.length > 0, 'groups does not name the members')
  const isAddressed = members.every((it) => typeof it === 'string' && it.startsWith(`${group}/`))
  expectThat(isAddressed, 'a member is not addressed as {group}/{member}')
  return { members, items: answer.items }
}
