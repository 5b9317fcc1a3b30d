/** The shape of one case, with what it may need. */
import type { Page } from './page.ts'
import type { Clause } from './types.ts'

/** What the profile or the options must have for a case to run. */
export type Need =
  | 'forbidden'
  | 'group'
  | 'proxied'
  | 'operation'
  | 'refusable'
  | 'scoped'
  | 'origin'
  | 'otherLogin'
  | 'cookie'

export interface ConformanceCase {
  readonly id: string
  /** What a conforming broker does. */
  readonly title: string
  readonly clause: Clause
  readonly needs?: Need
  /** Throws a `ConformanceFailure` where the broker does something else. */
  check(page: Page): Promise<void>
}
