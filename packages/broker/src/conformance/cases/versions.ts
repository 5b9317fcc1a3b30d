/** What a broker does with versions and types that are not its own. */
import { isRecord, PROTOCOL_VERSION, VERSION_HEADER } from '@valetkey/protocol'
import type { ConformanceCase } from '../conformance-case.ts'
import { expectNoToken, expectProblem, expectThat } from '../expectations.ts'

const SECTION = 'Asking: `POST {broker}/tokens`'

export const versionCases: readonly ConformanceCase[] = [
  {
    id: 'version-unknown',
    title: 'An unknown version is answered 400 with the versions that are spoken',
    clause: { section: SECTION, words: 'An unknown version is answered 400' },
    async check(page) {
      for (const version of ['2', '0', '1.0', '1, 1', 'x']) {
        const headers = { [VERSION_HEADER]: version }
        const answer = await page.ask([page.profile.granted], { headers })
        expectProblem(answer, [400, 'invalid_request'], `the answer to version ${version}`)
        const supported = isRecord(answer.body) ? answer.body.supported : undefined
        const isNamed = Array.isArray(supported) && supported.includes(PROTOCOL_VERSION)
        expectThat(isNamed, `the answer to version ${version} does not say what is spoken`)
      }
    },
  },
  {
    id: 'version-missing',
    title: 'A request without X-Valet-Key is refused, whatever else it carries',
    clause: { section: 'Which page may ask', words: '`X-Valet-Key` must be there, always.' },
    async check(page) {
      const headers = { [VERSION_HEADER]: undefined }
      for (const [as, what] of [
        ['login', 'signed in'],
        ['nobody', 'not signed in'],
      ] as const) {
        const answer = await page.ask([page.profile.granted], { headers, as })
        expectNoToken(answer, what)
        expectProblem(answer, [403, 'csrf_rejected'], what)
      }
    },
  },
  {
    id: 'version-content-type',
    title: 'A body of another type than JSON is answered 415, those of forms above all',
    clause: { section: SECTION, words: '`Content-Type: application/json`' },
    async check(page) {
      const types = [
        'text/plain',
        'text/plain; application/json',
        'application/x-www-form-urlencoded',
        'multipart/form-data; boundary=x',
        'application/jsonp',
        undefined,
      ]
      for (const type of types) {
        const answer = await page.ask([page.profile.granted], { headers: { 'Content-Type': type } })
        expectNoToken(answer, `the answer to ${type ?? 'no type'}`)
        expectProblem(answer, [415, 'invalid_request'], `the answer to ${type ?? 'no type'}`)
      }
    },
  },
]
