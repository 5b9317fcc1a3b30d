/** Checks the options that bound how much is asked of the broker, and of what stands behind it. */
import type { ConfigFault } from './config-error.ts'
import { countFaults } from './delivery-config.ts'
import { unknownOptionFaults } from './unknown-options.ts'

const RATES = [
  'perPrincipal',
  'proxyPerPrincipal',
  'mintsPerPrincipal',
  'perAddress',
  'global',
] as const
const UPSTREAM = ['maxConcurrent', 'maxQueued', 'failuresToBreak', 'breakMs'] as const

/** The options as they may come from JavaScript. */
export interface UncheckedLimits {
  cache?: unknown
  clientAddress?: unknown
  rateLimit?: unknown
  upstream?: unknown
}

export function limitFaults(options: UncheckedLimits): ConfigFault[] {
  const { cache, clientAddress, rateLimit, upstream } = options
  return [
    ...cacheFaults(cache),
    ...addressFaults(clientAddress),
    ...(rateLimit === false ? [] : rateFaults(rateLimit, clientAddress)),
    ...upstreamFaults(upstream),
  ]
}

function cacheFaults(cache: unknown): ConfigFault[] {
  if (cache === undefined || typeof cache === 'function') return []
  const mend = 'give what redisCache() of @valetkey/broker/redis or memoryCache() returns'
  return [{ field: 'cache', fault: 'is not a cache', mend }]
}

function addressFaults(source: unknown): ConfigFault[] {
  if (source === undefined || source === 'socket' || typeof source === 'function') return []
  const isObject = typeof source === 'object' && source !== null
  const proxies = isObject ? Reflect.get(source, 'trustedProxies') : undefined
  if (Number.isInteger(proxies) && Number(proxies) > 0) return []
  const mend =
    "give 'socket', { trustedProxies: 1 } for the number of proxies of yours, or a function of the request"
  return [{ field: 'clientAddress', fault: 'does not say where an address is read', mend }]
}

function rateFaults(rates: unknown, clientAddress: unknown): ConfigFault[] {
  if (rates === undefined) return []
  if (typeof rates !== 'object' || rates === null)
    return [{ field: 'rateLimit', fault: 'is neither false nor an object of rates' }]
  const faults = below('rateLimit', unknownOptionFaults(rates, RATES, 'rateLimit'))
  for (const [name, rate] of Object.entries(rates))
    if (rate !== false && rate !== undefined && !isRate(rate))
      faults.push({
        field: `rateLimit.${name}`,
        fault: 'is not a rate',
        mend: 'write { count: 600, perSeconds: 60 }, both whole numbers above 0, or false for none',
      })
  if (Reflect.get(rates, 'perAddress') && clientAddress === undefined)
    faults.push({
      field: 'rateLimit.perAddress',
      fault: 'counts nothing, since nobody says where addresses are read',
      mend: 'set clientAddress',
    })
  return faults
}

function upstreamFaults(upstream: unknown): ConfigFault[] {
  if (upstream === undefined) return []
  if (typeof upstream !== 'object' || upstream === null)
    return [{ field: 'upstream', fault: 'is not an object of limits' }]
  return below('upstream', [
    ...unknownOptionFaults(upstream, UPSTREAM, 'upstream'),
    ...countFaults(upstream, [...UPSTREAM]),
  ])
}

function below(option: string, faults: readonly ConfigFault[]): ConfigFault[] {
  return faults.map((fault) => ({ ...fault, field: `${option}.${fault.field}` }))
}

function isRate(rate: unknown): boolean {
  if (typeof rate !== 'object' || rate === null) return false
  const { count, perSeconds, ...others }: { count?: unknown; perSeconds?: unknown } = rate
  return [count, perSeconds].every(isWhole) && Object.keys(others).length === 0
}

function isWhole(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) > 0
}
