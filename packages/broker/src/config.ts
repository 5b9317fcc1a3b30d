/** Checks a broker's options at start, and explains everything that is wrong with them at once. */
import { isAudienceName, splitAudience } from '@valetkey/protocol'
import { isAudienceConfig, membersOf } from './audiences.ts'
import { BrokerConfigError, type ConfigFault } from './config-error.ts'
import { countFaults, deliveryFaults, isPositive } from './delivery-config.ts'
import { suggestion } from './did-you-mean.ts'
import { limitFaults } from './limit-config.ts'
import type { Minter } from './minter.ts'
import { grantedNames } from './granted-names.ts'
import { describeError } from './redact.ts'
import type { AudienceConfig, Audiences, BrokerSettings } from './types.ts'
import { unknownOptionFaults } from './unknown-options.ts'

const OPTIONS = [
  'audiences',
  'authenticate',
  'authorize',
  'basePath',
  'cache',
  'clientAddress',
  'clock',
  'fetch',
  'graceMs',
  'insecureDev',
  'logger',
  'maxCachedTokens',
  'onEvent',
  'origins',
  'rateLimit',
  'serverTiming',
  'telemetry',
  'timeoutMs',
  'upstream',
]
export const AUDIENCE_OPTIONS: readonly string[] = [
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
]

const NO_MINTER: ConfigFault = {
  field: '',
  fault: 'is not a minter: { name, shareable, limits, mint() }',
}

/** The options as they may come from JavaScript. */
export interface UncheckedOptions extends Partial<BrokerSettings<Audiences>> {
  authenticate?: unknown
  authorize?: unknown
  insecureDev?: boolean
}

/** @throws {BrokerConfigError} naming every fault and its mend. */
export function checkOptions(options: UncheckedOptions): void {
  const faults = [
    ...unknownOptionFaults(options, OPTIONS, 'createBroker'),
    ...ruleFaults(options),
    ...originsFaults(options.origins),
    ...basePathFaults(options.basePath),
    ...countFaults(options, ['timeoutMs', 'graceMs', 'maxCachedTokens']),
    ...fetchFaults(options.fetch),
    ...telemetryFaults(options.telemetry),
    ...limitFaults(options),
    ...audiencesFaults(options.audiences),
    ...grantsFaults(options),
  ]
  if (faults.length > 0) throw new BrokerConfigError(faults)
}

function ruleFaults({ authenticate, authorize, insecureDev }: UncheckedOptions): ConfigFault[] {
  const aside = 'for a try on your own machine, insecureDev: true stands in for it'
  const rules = [
    [
      'authenticate',
      authenticate,
      'give a function that returns who is signed in, { subject, login }, or null',
    ],
    [
      'authorize',
      authorize,
      'give a function that says whether a user may have an audience; nothing is granted by default',
    ],
  ] as const
  return rules
    .filter(([, rule]) => (rule === undefined ? !insecureDev : typeof rule !== 'function'))
    .map(([field, rule, mend]) => ({
      field,
      fault: rule === undefined ? 'is missing' : 'is not a function',
      mend: `${mend} (${aside})`,
    }))
}

function originsFaults(origins: readonly string[] = []): ConfigFault[] {
  if (!Array.isArray(origins)) return [{ field: 'origins', fault: 'is not a list of origins' }]
  return origins
    .filter((origin) => !isExactOrigin(origin))
    .map((origin) => ({
      field: 'origins',
      fault: `${JSON.stringify(origin)} is not an exact origin`,
      mend: 'write it as https://app.example, without a path, a star or a slash at the end',
    }))
}

function isExactOrigin(origin: string): boolean {
  return URL.canParse(origin) && new URL(origin).origin === origin && origin !== 'null'
}

function basePathFaults(basePath = '/'): ConfigFault[] {
  if (/^(\/|(\/[\w.~-]+)+)$/.test(basePath) && !/\/\.{1,2}(\/|$)/.test(basePath)) return []
  const fault = `${JSON.stringify(basePath)} is not a plain path`
  return [{ field: 'basePath', fault, mend: 'write it as /api/broker, without a slash at the end' }]
}

function fetchFaults(fetch: unknown): ConfigFault[] {
  if (fetch === undefined || typeof fetch === 'function') return []
  return [{ field: 'fetch', fault: 'is not a function' }]
}

function telemetryFaults(telemetry: unknown): ConfigFault[] {
  if (telemetry === undefined) return []
  const methods = ['begin', 'observe'].map((name) => Reflect.get(Object(telemetry), name))
  if (methods.every((method) => typeof method === 'function')) return []
  const mend = 'give what openTelemetry() of @valetkey/broker/opentelemetry returns'
  return [{ field: 'telemetry', fault: 'is not a telemetry', mend }]
}

function audiencesFaults(audiences: Audiences | undefined): ConfigFault[] {
  if (typeof audiences !== 'object' || audiences === null || Object.keys(audiences).length === 0)
    return [
      { field: 'audiences', fault: 'is empty', mend: 'give at least one name with its minter' },
    ]
  return Object.entries(audiences).flatMap(([name, value]) =>
    audienceFaults(name, value).map((fault) => ({
      ...fault,
      field: fault.field === '' ? `audiences.${name}` : `audiences.${name}.${fault.field}`,
    })),
  )
}

/** Fields are those of the audience; an empty one is the audience itself. */
function audienceFaults(name: string, value: Audiences[string]): ConfigFault[] {
  const faults: ConfigFault[] = isAudienceName(name)
    ? []
    : [
        {
          field: '',
          fault: 'the name may hold letters, digits and ._:@- (not first), at most 100 characters',
        },
      ]
  if (typeof value !== 'object' || value === null) return [...faults, NO_MINTER]
  const config: AudienceConfig = isAudienceConfig(value) ? value : { minter: value }
  if (config === value) faults.push(...audienceOptionFaults(config))
  return [...faults, ...minterFaults(name, config)]
}

function audienceOptionFaults(config: AudienceConfig): ConfigFault[] {
  const { maxLifetimeMs, scopes } = config
  const faults = unknownOptionFaults(config, AUDIENCE_OPTIONS, 'an audience')
  if (maxLifetimeMs !== undefined && !isPositive(maxLifetimeMs))
    faults.push({ field: 'maxLifetimeMs', fault: 'is not a number of milliseconds above 0' })
  if (scopes !== undefined && !areScopes(scopes))
    faults.push({
      field: 'scopes',
      fault: 'is not a list of at least one scope, each without spaces',
    })
  return faults
}

function minterFaults(name: string, config: AudienceConfig): ConfigFault[] {
  const { minter } = config
  if (typeof minter?.mint !== 'function' || typeof minter.name !== 'string') return [NO_MINTER]
  const { defaultLifetimeMs, maxLifetimeMs, minLifetimeMs } = minter.limits ?? {}
  const limitFault = (fault: string): ConfigFault[] => [
    { field: '', fault: `minter ${minter.name}: ${fault}` },
  ]
  if (!isPositive(defaultLifetimeMs) || !isPositive(maxLifetimeMs))
    return limitFault('limits are not two numbers of milliseconds above 0')
  if (minLifetimeMs !== undefined && !(minLifetimeMs > 0 && minLifetimeMs <= maxLifetimeMs))
    return limitFault('limits.minLifetimeMs is not above 0 and at most maxLifetimeMs')
  return [...deliveryFaults(config), ...memberFaults(name, minter)]
}

function memberFaults(name: string, minter: Minter): ConfigFault[] {
  const fault = (text: string): ConfigFault[] => [
    { field: '', fault: `minter ${minter.name}: ${text}` },
  ]
  try {
    const isItself = membersOf(minter)?.some((member) => member.name === name) ?? false
    return isItself ? fault('the group contains itself; name what it is made of') : []
  } catch (error) {
    return fault(describeError(error))
  }
}

/** A policy made by `grants()` says which audiences it names. */
function grantsFaults({ authorize, audiences }: UncheckedOptions): ConfigFault[] {
  const known = Object.keys(audiences ?? {})
  return grantedNames(authorize)
    .filter((name) => !known.includes(splitAudience(name).name))
    .map((name) => ({
      field: 'authorize',
      fault: `grants ${name}, which is no audience of this broker${suggestion(name, known)}`,
    }))
}

function areScopes(scopes: readonly string[]): boolean {
  return scopes.length > 0 && scopes.every((scope) => /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(scope))
}
