/** What a case says of an answer, and the failure where that is not so. */
import { isRecord } from '@valetkey/protocol'
import type { Answer, AnsweredItem } from './page.ts'

/** The message names what was seen; it never holds a token. */
export class ConformanceFailure extends Error {
  override readonly name = 'ConformanceFailure'
}

export function expectThat(isSo: boolean, otherwise: string): asserts isSo {
  if (!isSo) throw new ConformanceFailure(otherwise)
}

/** `what` says which request it answers, where a case sends several. */
export function expectStatus(answer: Answer, status: number, what = 'the answer'): void {
  expectThat(
    answer.status === status,
    `${what} has status ${answer.status} in place of ${status}${codeIn(answer)}`,
  )
}

/** A problem as RFC 9457 has it, with a code of ours. */
export function expectProblem(
  answer: Answer,
  [status, code]: readonly [status: number, code: string],
  what = 'the answer',
): void {
  expectStatus(answer, status, what)
  const type = answer.headers.get('Content-Type') ?? 'none'
  expectThat(
    /^application\/problem\+json\b/i.test(type),
    `${what} has the content type ${type} in place of application/problem+json`,
  )
  expectThat(isRecord(answer.body), `${what} is no JSON object`)
  expectThat(
    answer.body.error === code,
    `${what} has the error ${nameOf(answer.body.error)} in place of ${code}`,
  )
}

/** The one token of an answer. */
export function expectToken(answer: Answer, what = 'the answer'): AnsweredItem {
  expectStatus(answer, 200, what)
  const [item] = answer.items
  expectThat(item !== undefined, `${what} has no item`)
  expectGranted(item, what)
  return item
}

export function expectGranted(item: AnsweredItem, what = 'the item'): void {
  expectThat(item.error === undefined, `${what} has the error ${nameOf(item.error)}`)
  expectThat(typeof item.access_token === 'string', `${what} has no access_token`)
}

/** No broker that conforms hands out a token here, whatever else it says. */
export function expectNoToken(answer: Answer, what = 'the answer'): void {
  const isThere = answer.items.some((item) => item.access_token !== undefined)
  expectThat(!isThere, `${what} has a token (status ${answer.status})`)
}

/** Only names are shown; anything else could be a secret in the wrong place. */
export function nameOf(value: unknown): string {
  if (value === undefined) return 'none'
  return typeof value === 'string' && /^[a-z_]{1,40}$/.test(value)
    ? value
    : `of type ${typeof value}`
}

function codeIn({ body }: Answer): string {
  return isRecord(body) && body.error !== undefined ? ` (${nameOf(body.error)})` : ''
}
