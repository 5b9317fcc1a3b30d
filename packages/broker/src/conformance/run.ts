/** Runs the cases of the suite against a broker that it knows by its address alone. */
import { PROTOCOL_VERSION } from '@valetkey/protocol'
import { CASES } from './cases/index.ts'
import type { ConformanceCase, Need } from './conformance-case.ts'
import { ConformanceFailure } from './expectations.ts'
import { createPage, type Page, type PageParts } from './page.ts'
import type { ConformanceOptions, ConformanceReport, ConformanceResult } from './types.ts'

const DEFAULT_TIMEOUT_MS = 30_000

/**
 * Certifies a broker, in any language: asks it over the wire all that the protocol page says, one case
 * after the other. A run of a fast broker takes two seconds and about 250 requests.
 *
 * Rejects where the suite itself cannot run: an address that is none, a `login` that throws. What the
 * broker does wrong stands in the report.
 *
 * @example
 * ```ts
 * const report = await runBrokerConformance({
 *   baseUrl: 'http://127.0.0.1:8080/api/broker',
 *   login: () => ({ Cookie: 'session=…' }),
 *   profile: { granted: 'cards', forbidden: 'payroll' },
 * })
 * ```
 */
export async function runBrokerConformance(
  options: ConformanceOptions,
): Promise<ConformanceReport> {
  const startedAt = new Date()
  const baseUrl = new URL(options.baseUrl).href.replace(/\/$/, '')
  const common = {
    baseUrl,
    // Looked up late and called bare, as browsers want it.
    fetch: options.fetch ?? ((request: Request) => globalThis.fetch(request)),
    profile: options.profile,
    login: new Headers(await options.login()),
    otherLogin: options.otherLogin && new Headers(await options.otherLogin()),
  }
  const results: ConformanceResult[] = []
  for (const one of CASES) {
    const missing = missingFor(one, common)
    const { id, title, clause } = one
    const outcome =
      missing === undefined
        ? await outcomeOf(one, { common, timeoutMs: options.timeoutMs ?? DEFAULT_TIMEOUT_MS })
        : ({ outcome: 'skipped', detail: missing } as const)
    results.push({ id, title, clause, ...outcome })
  }
  const count = (outcome: ConformanceResult['outcome']): number =>
    results.filter((result) => result.outcome === outcome).length
  return {
    suite: 'valetkey broker conformance',
    protocol: PROTOCOL_VERSION,
    baseUrl,
    startedAt: startedAt.toISOString(),
    durationMs: Date.now() - startedAt.getTime(),
    passed: count('passed'),
    failed: count('failed'),
    skipped: count('skipped'),
    ok: count('failed') === 0,
    results,
  }
}

type Common = Omit<PageParts, 'signal'>

/** Why a case cannot run, or `undefined`. */
function missingFor(
  { needs }: ConformanceCase,
  { profile, login, otherLogin }: Common,
): string | undefined {
  if (needs === undefined) return undefined
  if (needs === 'cookie') return login.has('Cookie') ? undefined : 'the login is no cookie'
  if (needs === 'otherLogin') return otherLogin ? undefined : 'there is no otherLogin'
  const name: Exclude<Need, 'cookie' | 'otherLogin'> = needs
  return profile[name] === undefined ? `the profile has no ${name}` : undefined
}

async function outcomeOf(
  one: ConformanceCase,
  { common, timeoutMs }: { common: Common; timeoutMs: number },
): Promise<Pick<ConformanceResult, 'outcome' | 'detail'>> {
  const signal = AbortSignal.timeout(timeoutMs)
  const page: Page = createPage({ ...common, signal })
  try {
    await one.check(page)
    return { outcome: 'passed' }
  } catch (error) {
    return { outcome: 'failed', detail: detailOf(error, signal.aborted) }
  }
}

/** Of a failure that is not ours only the kind is told: its words could quote a header. */
function detailOf(error: unknown, isTooLate: boolean): string {
  if (error instanceof ConformanceFailure) return error.message
  if (isTooLate) return 'the broker took too long'
  const cause = error instanceof Error ? error.cause : undefined
  const code: unknown = cause instanceof Error ? Reflect.get(cause, 'code') : undefined
  return `the broker did not answer${typeof code === 'string' ? ` (${code})` : ''}`
}
