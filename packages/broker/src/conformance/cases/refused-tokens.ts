/** What a broker does with the word that a vault refused a token. */
import { isRecord } from '@valetkey/protocol'
import type { ConformanceCase } from '../conformance-case.ts'
import { expectNoToken, expectThat, expectToken, nameOf } from '../expectations.ts'

const SECTION = 'Asking: `POST {broker}/tokens`'

export const refusedTokenCases: readonly ConformanceCase[] = [
  {
    id: 'rejected-unknown',
    title: 'A refused token that is not the one held brings the one held',
    clause: { section: SECTION, words: 'otherwise it answers the one it has' },
    async check(page) {
      const { granted: audience } = page.profile
      const held = expectToken(await page.ask([audience]))
      const answer = await page.ask([{ audience, rejected: 'valetkey-conformance' }])
      expectThat(expectToken(answer).token_id === held.token_id, 'another token was minted')
    },
  },
  {
    id: 'rejected-held',
    title: 'A refused token that is held is replaced, at most once in 10 s',
    clause: { section: SECTION, words: 'it mints another, at most once in 10 s per key' },
    needs: 'refusable',
    async check(page) {
      const { refusable: audience = '' } = page.profile
      const report = async (rejected: unknown) =>
        expectToken(await page.ask([{ audience, rejected }])).token_id
      const first = expectToken(await page.ask([audience])).token_id
      const second = await report(first)
      expectThat(second !== first, 'the refused token was handed out again')
      expectThat((await report(first)) === second, 'the same report brought a third token')
      expectThat((await report(second)) === second, 'two tokens were minted within 10 s')
    },
  },
  {
    id: 'rejected-group',
    title: 'A group takes no refused token',
    clause: { section: SECTION, words: 'Not for groups' },
    needs: 'group',
    async check(page) {
      const answer = await page.ask([{ audience: page.profile.group, rejected: 'x' }])
      expectNoToken(answer)
      const [{ error } = {}] = answer.items
      const code = error ?? (isRecord(answer.body) ? answer.body.error : undefined)
      expectThat(code === 'invalid_request', `the error is ${nameOf(code)}`)
    },
  },
]
