/** The routes beside tokens: health, and the end of a login. */
import type { ConformanceCase } from '../conformance-case.ts'
import {
  expectNoToken,
  expectProblem,
  expectStatus,
  expectThat,
  expectToken,
} from '../expectations.ts'
import type { Answer, Page } from '../page.ts'

const SECTION = 'Other routes'

function revoke(page: Page, as: 'login' | 'nobody' = 'login'): Promise<Answer> {
  const headers = { 'Content-Type': 'application/json' }
  return page.send('revoke', { method: 'POST', body: '{}', headers, as })
}

export const routeCases: readonly ConformanceCase[] = [
  {
    id: 'route-health',
    title: 'healthz and readyz answer 200 without a login, and without data',
    clause: { section: SECTION, words: 'need no login and tell nothing' },
    async check(page) {
      for (const path of ['healthz', 'readyz']) {
        const answer = await page.send(path, {
          as: 'nobody',
          headers: { 'X-Valet-Key': undefined },
        })
        expectStatus(answer, 200, path)
        expectThat(answer.text.length <= 100, `${path} tells more than whether it lives`)
      }
    },
  },
  {
    id: 'route-revoke-login',
    title: 'Nothing is revoked without a login',
    clause: { section: SECTION, words: 'forgets what this login was given' },
    async check(page) {
      expectProblem(await revoke(page, 'nobody'), [401, 'invalid_session'])
    },
  },
  {
    id: 'route-revoke-body',
    title: 'Whose tokens are revoked is for the login alone to say',
    clause: { section: SECTION, words: 'Its body is `{}`' },
    async check(page) {
      const headers = { 'Content-Type': 'application/json' }
      const body = JSON.stringify({ subject: 'valetkey-conformance' })
      const answer = await page.send('revoke', { method: 'POST', body, headers })
      expectProblem(answer, [400, 'invalid_request'])
    },
  },
  // Last of all: it takes away what the others have asked for.
  {
    id: 'route-revoke',
    title: 'What a login was given is forgotten, and can be had anew',
    clause: { section: SECTION, words: 'forgets what this login was given' },
    needs: 'refusable',
    async check(page) {
      const { refusable = '' } = page.profile
      const before = expectToken(await page.ask([refusable]))
      const answer = await revoke(page)
      expectNoToken(answer)
      expectStatus(answer, 204)
      const after = expectToken(await page.ask([refusable]), 'the next answer')
      expectThat(after.token_id !== before.token_id, 'the revoked token was handed out again')
    },
  },
]
