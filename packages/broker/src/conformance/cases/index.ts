/** All cases, in the order in which they run. */
import type { ConformanceCase } from '../conformance-case.ts'
import { answeringCases } from './answering.ts'
import { askingCases } from './asking.ts'
import { headerCases } from './headers.ts'
import { operationCases } from './operations.ts'
import { pageCases } from './pages.ts'
import { proxiedCases } from './proxied.ts'
import { refusedTokenCases } from './refused-tokens.ts'
import { refusingCases } from './refusing.ts'
import { routeCases } from './routes.ts'
import { versionCases } from './versions.ts'

export const CASES: readonly ConformanceCase[] = [
  ...askingCases,
  ...versionCases,
  ...answeringCases,
  ...refusedTokenCases,
  ...refusingCases,
  ...headerCases,
  ...pageCases,
  ...proxiedCases,
  ...operationCases,
  ...routeCases,
]
