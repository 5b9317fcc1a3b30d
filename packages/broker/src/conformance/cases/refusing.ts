/** How a broker says no. */
import { isRecord } from '@valetkey/protocol'
import type { ConformanceCase } from '../conformance-case.ts'
import { expectNoToken, expectProblem, expectThat, nameOf } from '../expectations.ts'
import type { Answer, Page } from '../page.ts'

const SECTION = 'Refusing'
const UNKNOWN = 'valetkey-conformance-unknown'
const FORBIDDEN = [403, 'invalid_target'] as const
const NO_LOGIN = [401, 'invalid_session'] as const

/** The answer as it would be if the audience had another name. */
function withoutNames({ status, text, body }: Answer, audience: string): string {
  const id = isRecord(body) ? String(body.request_id) : ''
  return `${status} ${text.replaceAll(audience, '(audience)').replaceAll(id, '(request)')}`
}

function expectNoLogin(answer: Answer, what: string): void {
  expectNoToken(answer, what)
  expectProblem(answer, NO_LOGIN, what)
  const challenge = answer.headers.get('WWW-Authenticate') ?? 'none'
  expectThat(/^bearer\b/i.test(challenge), `${what} has no WWW-Authenticate: Bearer`)
  const isOfItems = isRecord(answer.body) && answer.body.tokens !== undefined
  expectThat(!isOfItems, `${what} lays a missing login on some items`)
}

/** As a cookie or a bearer that was tampered with, in every header of the login. */
function spoilt(page: Page): Record<string, string> {
  return Object.fromEntries(
    Array.from(page.login, ([name, value]) => [name, value.replace(/[^\s=;]{4,}(?=;|$)/g, 'xxxx')]),
  )
}

export const refusingCases: readonly ConformanceCase[] = [
  {
    id: 'refuse-no-login',
    title: 'Without a login the answer is 401 with a challenge, for all items',
    clause: { section: SECTION, words: 'no login, or it expired' },
    async check(page) {
      const answer = await page.ask([page.profile.granted], { as: 'nobody' })
      expectNoLogin(answer, 'the answer to nobody')
    },
  },
  {
    id: 'refuse-spoilt-login',
    title: 'A login that was tampered with is none',
    clause: { section: SECTION, words: 'no login, or it expired' },
    async check(page) {
      const answer = await page.ask([page.profile.granted], { headers: spoilt(page) })
      expectNoLogin(answer, 'the answer to a spoilt login')
    },
  },
  {
    id: 'refuse-unknown',
    title: 'An unknown audience is refused with 403 invalid_target',
    clause: { section: SECTION, words: 'no such audience, or not for this user' },
    async check(page) {
      const answer = await page.ask([UNKNOWN])
      expectNoToken(answer)
      expectProblem(answer, FORBIDDEN)
    },
  },
  {
    id: 'refuse-forbidden',
    title: 'A forbidden audience is refused with 403 invalid_target, cached or not',
    clause: { section: SECTION, words: 'no such audience, or not for this user' },
    needs: 'forbidden',
    async check(page) {
      const { forbidden = '' } = page.profile
      const answers = [
        await page.ask([forbidden]),
        await page.ask([{ audience: forbidden, ttl: 60 }]),
      ]
      for (const answer of answers) {
        expectNoToken(answer)
        expectProblem(answer, FORBIDDEN)
      }
    },
  },
  {
    id: 'refuse-alike',
    title: 'An unknown and a forbidden audience get the same answer, but for the request id',
    clause: { section: SECTION, words: 'Both get the same answer' },
    needs: 'forbidden',
    async check(page) {
      const { forbidden = '' } = page.profile
      for (const more of [{}, { scope: 'read' }, { ttl: 60 }, { context: 1 }, { rejected: 'x' }]) {
        const told = withoutNames(await page.ask([{ audience: forbidden, ...more }]), forbidden)
        const ofUnknown = withoutNames(await page.ask([{ audience: UNKNOWN, ...more }]), UNKNOWN)
        const asked = Object.keys(more).join() || 'no more'
        expectThat(told === ofUnknown, `the answers differ (asked with ${asked})`)
      }
    },
  },
  {
    id: 'refuse-items',
    title: 'Items that failed for one reason share its status, and are all named',
    clause: { section: SECTION, words: '`tokens` where it concerns particular items' },
    async check(page) {
      const answer = await page.ask([UNKNOWN, `${UNKNOWN}-2`])
      expectProblem(answer, FORBIDDEN)
      const ids = new Set(answer.items.map(({ id }) => id))
      expectThat(ids.has('1') && ids.has('2'), 'the problem does not name the two items')
      for (const { error } of answer.items)
        expectThat(error === 'invalid_target', `an item has the error ${nameOf(error)}`)
    },
  },
  {
    id: 'refuse-problem',
    title: 'A problem tells its code in words, whether to ask again, and the id of the request',
    clause: {
      section: SECTION,
      words: '`error_description`, `retryable`, `retry_after`, `request_id`',
    },
    async check(page) {
      const answer = await page.ask([UNKNOWN])
      const problem = isRecord(answer.body) ? answer.body : {}
      expectThat(typeof problem.error_description === 'string', 'error_description is no text')
      expectThat(problem.retryable === false, 'retryable is not false for what stays refused')
      const id = answer.headers.get('X-Request-Id')
      expectThat(id !== null && problem.request_id === id, 'request_id is not the X-Request-Id')
      const next = (await page.ask([UNKNOWN])).headers.get('X-Request-Id')
      expectThat(next !== id, 'two requests have one id')
    },
  },
  {
    id: 'refuse-method',
    title: 'Tokens are asked for with POST; another method is answered 405 with Allow',
    clause: { section: SECTION, words: 'wrong route' },
    async check(page) {
      for (const method of ['GET', 'PUT', 'PATCH', 'DELETE']) {
        const answer = await page.send('tokens', { method })
        expectNoToken(answer, `the answer to ${method}`)
        expectProblem(answer, [405, 'invalid_request'], `the answer to ${method}`)
        const allowed = answer.headers.get('Allow') ?? ''
        expectThat(
          /\bPOST\b/.test(allowed),
          `the answer to ${method} allows ${allowed || 'nothing'}`,
        )
      }
    },
  },
  {
    id: 'refuse-route',
    title: 'A path that the broker does not have is answered 404',
    clause: { section: SECTION, words: 'wrong route' },
    async check(page) {
      for (const path of ['token', 'tokens/1', 'valetkey-conformance']) {
        const answer = await page.send(path)
        expectProblem(answer, [404, 'invalid_request'], `the answer to ${path}`)
      }
    },
  },
]
