/** Checks a broker's options at start, and explains everything that is wrong with them at once. */
import { isAudienceName } from '@valetkey/protocol'
import { isAudienceConfig, membersOf } from './audiences.ts'
import { BrokerConfigError } from './config-error.ts'
import { countProblems, deliveryProblems, isPositive } from './delivery-config.ts'
import type { Minter } from './minter.ts'
import { describeError } from './redact.ts'
import type { AudienceConfig, Audiences, BrokerSettings } from './types.ts'

const OPTIONS = new Set([
  'audiences',
  'authenticate',
  'authorize',
  'basePath',
  'clock',
  'fetch',
  'insecureDev',
  'logger',
  'maxCachedTokens',
  'onEvent',
  'origins',
  'timeoutMs',
])
const AUDIENCE_OPTIONS = new Set([
  'allow',
  'allowFullAuthority',
  'allowOutliving',
  'delivery',
  'maxBodyBytes',
  'maxLifetimeMs',
  'minter',
  'resource',
  'scopes',
  'stallTimeoutMs',
  'totalTimeoutMs',
])

/** The options as they may come from JavaScript. */
export interface UncheckedOptions extends Partial<BrokerSettings<Audiences>> {
  authenticate?: unknown
  authorize?: unknown
  insecureDev?: boolean
}

/** @throws {BrokerConfigError} naming every fault and its mend. */
export function checkOptions(options: UncheckedOptions): void {
  const problems = [
    ...unknownProblems(options, OPTIONS, 'createBroker'),
    ...ruleProblems(options),
    ...(options.origins ?? []).flatMap(originProblems),
    ...basePathProblems(options.basePath),
    ...countProblems(options, ['timeoutMs', 'maxCachedTokens']),
    ...fetchProblems(options.fetch),
    ...audiencesProblems(options.audiences),
  ]
  if (problems.length > 0) throw new BrokerConfigError(problems)
}

function ruleProblems({ authenticate, authorize, insecureDev }: UncheckedOptions): string[] {
  const problems: string[] = []
  if (authenticate === undefined ? !insecureDev : typeof authenticate !== 'function')
    problems.push(
      'authenticate is missing: give a function that returns who is signed in, { subject, login }, or null',
    )
  if (authorize === undefined ? !insecureDev : typeof authorize !== 'function')
    problems.push(
      'authorize is missing: give a function that says whether a user may have an audience; nothing is granted by default',
    )
  if (problems.length > 0)
    problems.push('(for a try on your own machine, insecureDev: true stands in for both)')
  return problems
}

function originProblems(origin: string): string[] {
  const exact = URL.canParse(origin) && new URL(origin).origin === origin && origin !== 'null'
  return exact
    ? []
    : [
        `origins: ${JSON.stringify(origin)} is not an exact origin; write it as https://app.example, without a path, a star or a slash at the end`,
      ]
}

function basePathProblems(basePath = '/'): string[] {
  if (/^(\/|(\/[\w.~-]+)+)$/.test(basePath) && !/\/\.{1,2}(\/|$)/.test(basePath)) return []
  return [
    `basePath: ${JSON.stringify(basePath)} is not a plain path; write it as /api/broker, without a slash at the end`,
  ]
}

function fetchProblems(fetch: unknown): string[] {
  return fetch === undefined || typeof fetch === 'function' ? [] : ['fetch is not a function']
}

function audiencesProblems(audiences: Audiences | undefined): string[] {
  if (typeof audiences !== 'object' || audiences === null || Object.keys(audiences).length === 0)
    return ['audiences is empty: give at least one name with its minter']
  return Object.entries(audiences).flatMap(([name, value]) =>
    audienceProblems(name, value).map((problem) => `audiences.${name}: ${problem}`),
  )
}

function audienceProblems(name: string, value: Audiences[string]): string[] {
  const problems = isAudienceName(name)
    ? []
    : ['the name may hold letters, digits and ._:@- (not first), at most 100 characters']
  if (typeof value !== 'object' || value === null) return [...problems, 'is not a minter']
  const config: AudienceConfig = isAudienceConfig(value) ? value : { minter: value }
  if (config !== value) return [...problems, ...minterProblems(config)]
  const { maxLifetimeMs, scopes } = config
  problems.push(...unknownProblems(value, AUDIENCE_OPTIONS, 'an audience'))
  if (maxLifetimeMs !== undefined && !isPositive(maxLifetimeMs))
    problems.push('maxLifetimeMs is not a number of milliseconds above 0')
  if (scopes !== undefined && !areScopes(scopes))
    problems.push('scopes is not a list of at least one scope, each without spaces')
  return [...problems, ...minterProblems(config)]
}

function minterProblems(config: AudienceConfig): string[] {
  const { minter } = config
  if (typeof minter?.mint !== 'function' || typeof minter.name !== 'string')
    return ['is not a minter: { name, shareable, limits, mint() }']
  const { defaultLifetimeMs, maxLifetimeMs, minLifetimeMs } = minter.limits ?? {}
  if (!isPositive(defaultLifetimeMs) || !isPositive(maxLifetimeMs))
    return [`minter ${minter.name}: limits are not two numbers of milliseconds above 0`]
  if (minLifetimeMs !== undefined && !(minLifetimeMs > 0 && minLifetimeMs <= maxLifetimeMs))
    return [`minter ${minter.name}: limits.minLifetimeMs is not above 0 and at most maxLifetimeMs`]
  return [...deliveryProblems(config), ...memberProblems(minter)]
}

function memberProblems(minter: Minter): string[] {
  try {
    membersOf(minter)
    return []
  } catch (error) {
    return [`minter ${minter.name}: ${describeError(error)}`]
  }
}

function unknownProblems(value: object, known: ReadonlySet<string>, owner: string): string[] {
  return Object.keys(value)
    .filter((name) => !known.has(name))
    .map((name) => `${name} is not an option of ${owner}; known are ${[...known].join(', ')}`)
}

function areScopes(scopes: readonly string[]): boolean {
  return scopes.length > 0 && scopes.every((scope) => /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(scope))
}
