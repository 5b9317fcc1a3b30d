/** Checks at start how an audience's tokens are delivered, and what would be forwarded. */
import { deliveryOf, isKept } from './audiences.ts'
import type { ConfigFault } from './config-error.ts'
import { BROWSER_LIFETIME_MS } from './lifetime.ts'
import { readResource } from './proxy-path.ts'
import { ruleFault } from './proxy-rules.ts'
import type { AudienceConfig } from './types.ts'

const PROXY_COUNTS = ['maxBodyBytes', 'stallTimeoutMs', 'totalTimeoutMs'] as const
const HOW_TO_ALLOW =
  "list the calls that are forwarded, allow: [allow('GET', '/v1/cards/:card')], with `allow` of @valetkey/broker"

/** The minter has been looked at already. */
export function deliveryFaults(config: AudienceConfig): ConfigFault[] {
  const { delivery, resource } = config
  if (delivery !== undefined && delivery !== 'token' && delivery !== 'proxy')
    return [{ field: 'delivery', fault: "is neither 'token' nor 'proxy'" }]
  const faults = deliveryOf(config) === 'token' ? tokenFaults(config) : proxyFaults(config)
  if (resource === undefined || (typeof resource === 'string' && readResource(resource)))
    return faults
  return [
    ...faults,
    {
      field: 'resource',
      fault: 'is not a base URL: http(s), without user name, query or fragment',
    },
  ]
}

export function countFaults<K extends string>(
  values: { readonly [N in K]?: unknown },
  names: readonly K[],
): ConfigFault[] {
  return names
    .filter((name) => values[name] !== undefined && !isPositive(values[name]))
    .map((field) => ({ field, fault: 'is not a number above 0' }))
}

export function isPositive(value: unknown): boolean {
  return typeof value === 'number' && Number.isFinite(value) && value > 0
}

function tokenFaults(config: AudienceConfig): ConfigFault[] {
  const { minter, allowOutliving } = config
  const { minLifetimeMs = 0, defaultLifetimeMs } = minter.limits
  const { maxLifetimeMs = Math.min(defaultLifetimeMs, BROWSER_LIFETIME_MS) } = config
  const faults: ConfigFault[] = (['allow', ...PROXY_COUNTS] as const)
    .filter((field) => config[field] !== undefined)
    .map((field) => ({
      field,
      fault: 'is for forwarded calls',
      mend: "set delivery: 'proxy', or leave it out",
    }))
  if (minter.staysOnServer !== undefined)
    faults.push({
      field: 'delivery',
      fault: `would hand a token of ${minter.name} to browsers, which is never done (${minter.staysOnServer})`,
      mend: "set delivery: 'proxy'",
    })
  else if (isKept(config))
    faults.push({
      field: '',
      fault: `a token of ${minter.name} carries full authority (${minter.fullAuthority}), and this broker would hand it to browsers`,
      mend: "if every user granted this audience may hold that, say so with allowFullAuthority: true, else set delivery: 'proxy'",
    })
  if (maxLifetimeMs < minLifetimeMs && !allowOutliving)
    faults.push({
      field: 'maxLifetimeMs',
      fault: `is below what ${minter.name} can give: tokens get ${maxLifetimeMs} ms, and its least is ${minLifetimeMs} ms`,
      mend: "raise it, set delivery: 'proxy', or allowOutliving: true",
    })
  return faults
}

function proxyFaults(config: AudienceConfig): ConfigFault[] {
  const { delivery, allow, allowOutliving } = config
  const faults = countFaults(config, PROXY_COUNTS)
  if (allowOutliving !== undefined)
    faults.push({
      field: 'allowOutliving',
      fault: 'is for tokens in browsers, and these stay here',
      mend: 'leave it out',
    })
  if (allow !== undefined && !Array.isArray(allow))
    return [...faults, { field: 'allow', fault: 'is not a list' }]
  for (const [index, rule] of (allow ?? []).entries()) {
    const fault = ruleFault(rule)
    if (fault !== undefined) faults.push({ field: `allow[${index}]`, fault })
  }
  if (allow !== undefined && allow.length > 0) return faults
  if (delivery === 'proxy')
    return [
      ...faults,
      {
        field: 'allow',
        fault: 'is missing or empty, so nothing would be forwarded',
        mend: HOW_TO_ALLOW,
      },
    ]
  return [...faults, noRulesFault(config)]
}

/** Nobody said `proxy`, and nothing would be forwarded: who kept the token, and every way out. */
function noRulesFault(config: AudienceConfig): ConfigFault {
  const { name, staysOnServer, fullAuthority, prefersProxy } = config.minter
  if (staysOnServer !== undefined)
    return {
      field: 'allow',
      fault: `is missing or empty: a token of ${name} stays here (${staysOnServer}), and the broker needs to know which calls it forwards`,
      mend: HOW_TO_ALLOW,
    }
  if (isKept(config))
    return {
      field: '',
      fault: `a token of ${name} carries full authority (${fullAuthority}), so the broker keeps it, proxies calls to its vault, and needs to know which`,
      mend: `${HOW_TO_ALLOW}; or, if every user granted this audience may hold such a token, say so with allowFullAuthority: true`,
    }
  return {
    field: 'allow',
    fault: `is missing or empty: calls of ${name} go through the broker unless you say otherwise (${prefersProxy}), and it needs to know which`,
    mend: `${HOW_TO_ALLOW}; or hand the tokens to browsers with delivery: 'token'`,
  }
}
