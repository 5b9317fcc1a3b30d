/** What a system does for a user besides giving a token: whose it may be, what the answer holds. */
import { isRecord } from '@valetkey/protocol'
import type { ConformanceCase } from '../conformance-case.ts'
import { expectProblem, expectStatus, expectThat } from '../expectations.ts'
import type { Answer, HeaderChanges, Page, Sent } from '../page.ts'
import type { Clause } from '../types.ts'

const SECTION = 'More than tokens: `POST {broker}/x/{audience}/{operation}`'
const RULES: Clause = { section: SECTION, words: 'passes the rules of `tokens`, in their order' }

interface Called extends Sent {
  audience?: string
  operation?: string
}

function call(page: Page, { audience, operation, ...sent }: Called = {}): Promise<Answer> {
  const own = page.profile.operation
  const path = [audience ?? own?.audience ?? '', operation ?? own?.name ?? '']
  return page.send(`x/${path.map(encodeURIComponent).join('/')}`, {
    method: 'POST',
    body: JSON.stringify(own?.body ?? {}),
    ...sent,
    headers: { 'Content-Type': 'application/json', ...sent.headers },
  })
}

/** All of a problem but what is new with each request. */
function wordsOf({ body }: Answer): string {
  return JSON.stringify({ ...(isRecord(body) ? body : {}), request_id: undefined })
}

export const operationCases: readonly ConformanceCase[] = [
  {
    id: 'operation-answer',
    title: 'An operation is answered with its result, the broker’s time and the session',
    clause: { section: SECTION, words: 'where what it hands out ends' },
    needs: 'operation',
    async check(page) {
      const answer = await call(page)
      expectStatus(answer, 200)
      const { body, headers } = answer
      expectThat(isRecord(body), 'the answer is no JSON object')
      expectThat(isRecord(body.result), 'result is no object')
      expectThat(typeof body.server_time === 'number', 'server_time is no number')
      expectThat(typeof body.session === 'string', 'session is no text')
      expectThat(Number(body.expires_in ?? 1) > 0, 'expires_in is not above 0')
      expectThat(/no-store/.test(headers.get('Cache-Control') ?? ''), 'the answer may be stored')
    },
  },
  {
    id: 'operation-stranger',
    title: 'An operation is carried out for no stranger',
    clause: RULES,
    needs: 'operation',
    async check(page) {
      const origin = 'https://valetkey-conformance.example'
      const strangers: HeaderChanges[] = [
        { 'X-Valet-Key': undefined },
        { Origin: 'null', 'Sec-Fetch-Site': 'cross-site' },
        { Origin: origin, 'Sec-Fetch-Site': 'same-site' },
      ]
      for (const headers of strangers)
        expectThat((await call(page, { headers })).status === 403, 'a stranger is not refused')
    },
  },
  {
    id: 'operation-login',
    title: 'An operation needs a login',
    clause: RULES,
    needs: 'operation',
    async check(page) {
      expectProblem(await call(page, { as: 'nobody' }), [401, 'invalid_session'])
    },
  },
  {
    id: 'operation-body',
    title: 'The body of an operation is a JSON object, and nothing else is read for one',
    clause: { section: SECTION, words: "The body is a JSON object of the operation's own" },
    needs: 'operation',
    async check(page) {
      for (const body of ['[]', '"text"', '{"a":', ''])
        expectProblem(await call(page, { body }), [400, 'invalid_request'], `the answer to ${body}`)
    },
  },
  {
    id: 'operation-unknown',
    title: 'An operation that does not exist is refused as one that is not granted',
    clause: { section: SECTION, words: 'are both 403 `invalid_target`' },
    needs: 'operation',
    async check(page) {
      const unknown = await call(page, { operation: 'valetkey-no-such-operation' })
      expectProblem(unknown, [403, 'invalid_target'])
      const { forbidden } = page.profile
      if (forbidden === undefined) return
      const refused = await call(page, { audience: forbidden })
      expectProblem(refused, [403, 'invalid_target'], 'the answer for a forbidden audience')
      expectThat(wordsOf(unknown) === wordsOf(refused), 'the two answers can be told apart')
    },
  },
]
