/** Checks at start how an audience's tokens are delivered, and what would be forwarded. */
import { deliveryOf, isKept } from './audiences.ts'
import { readResource } from './proxy-path.ts'
import { ruleFault } from './proxy-rules.ts'
import type { AudienceConfig } from './types.ts'

const PROXY_COUNTS = ['maxBodyBytes', 'stallTimeoutMs', 'totalTimeoutMs'] as const
const HOW_TO_ALLOW =
  "list the calls that are forwarded, allow: [allow('GET', '/v1/cards/:card')], with `allow` of @valetkey/broker"

/** The minter has been looked at already. */
export function deliveryProblems(config: AudienceConfig): string[] {
  const { delivery, resource } = config
  if (delivery !== undefined && delivery !== 'token' && delivery !== 'proxy')
    return ["delivery is neither 'token' nor 'proxy'"]
  return [
    ...(deliveryOf(config) === 'token' ? tokenProblems(config) : proxyProblems(config)),
    ...(resource === undefined || (typeof resource === 'string' && readResource(resource))
      ? []
      : ['resource is not a base URL: http(s), without user name, query or fragment']),
  ]
}

export function countProblems<K extends string>(
  values: { readonly [N in K]?: unknown },
  names: readonly K[],
): string[] {
  return names.flatMap((name) =>
    values[name] === undefined || isPositive(values[name])
      ? []
      : [`${name} is not a number above 0`],
  )
}

export function isPositive(value: unknown): boolean {
  return typeof value === 'number' && Number.isFinite(value) && value > 0
}

function tokenProblems(config: AudienceConfig): string[] {
  const { minter, maxLifetimeMs = Number.POSITIVE_INFINITY, allowOutliving } = config
  const { minLifetimeMs = 0 } = minter.limits
  const problems = (['allow', ...PROXY_COUNTS] as const)
    .filter((name) => config[name] !== undefined)
    .map((name) => `${name} is for forwarded calls; set delivery: 'proxy', or leave it out`)
  if (isKept(config))
    problems.push(
      `a token of ${minter.name} carries full authority (${minter.fullAuthority}), and this broker would hand it to browsers; if every user granted this audience may hold that, say so with allowFullAuthority: true, else set delivery: 'proxy'`,
    )
  if (maxLifetimeMs < minLifetimeMs && !allowOutliving)
    problems.push(
      `maxLifetimeMs is below what ${minter.name} can give (${minLifetimeMs} ms); raise it, set delivery: 'proxy', or allowOutliving: true`,
    )
  return problems
}

function proxyProblems(config: AudienceConfig): string[] {
  const { minter, delivery, allow, allowOutliving } = config
  const problems = countProblems(config, PROXY_COUNTS)
  if (allowOutliving !== undefined)
    problems.push('allowOutliving is for tokens in browsers, and these stay here; leave it out')
  if (allow !== undefined && !Array.isArray(allow)) return [...problems, 'allow is not a list']
  problems.push(
    ...(allow ?? []).flatMap((rule, index) => {
      const fault = ruleFault(rule)
      return fault === undefined ? [] : [`allow[${index}] ${fault}`]
    }),
  )
  if (allow !== undefined && allow.length > 0) return problems
  if (delivery === 'proxy')
    return [
      ...problems,
      `allow is missing or empty, so nothing would be forwarded; ${HOW_TO_ALLOW}`,
    ]
  return [
    ...problems,
    `a token of ${minter.name} carries full authority (${minter.fullAuthority}), so the broker keeps it, proxies calls to its vault, and needs to know which; ${HOW_TO_ALLOW}; or, if every user granted this audience may hold such a token, say so with allowFullAuthority: true`,
  ]
}
