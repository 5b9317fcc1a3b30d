/** Makes the audiences of a broker from those of a configuration. */
import { AUDIENCE_OPTIONS } from '../config.ts'
import { type ConfigFault, configFaultsOf } from '../config-error.ts'
import type { Minter } from '../minter.ts'
import { allow, type ProxyMethod, type ProxyRule } from '../proxy-rules.ts'
import { describeError } from '../redact.ts'
import type { AudienceConfig, Audiences } from '../types.ts'
import { unknownOptionFaults } from '../unknown-options.ts'
import { type Fields, isFields } from './config-document.ts'
import { loadMinter } from './minter-loader.ts'

const OPTIONS = ['use', 'options', ...AUDIENCE_OPTIONS.filter((name) => name !== 'minter')]
const RULE = /^([A-Z]+) (\/\S*)$/

export interface AudienceParts {
  file: string
  report: (fault: ConfigFault) => void
}

/** Where a minter cannot be made, a stand-in that makes none, so that the rest can be judged. */
export async function audiencesFrom(value: unknown, parts: AudienceParts): Promise<Audiences> {
  if (!isFields(value)) return {}
  const made = Object.entries(value).map(async ([name, fields]) => [
    name,
    await audienceFrom(fields, { ...parts, report: below(parts, `audiences.${name}`) }),
  ])
  return Object.fromEntries(await Promise.all(made))
}

/** Reports faults of a part under its place in the whole. */
export function below(
  { report }: Pick<AudienceParts, 'report'>,
  place: string,
): (fault: ConfigFault) => void {
  return ({ field, ...fault }) => {
    // Minters also name what is no field: `the file`, a path.
    const isField = /^[\w$][\w$.[\]-]*(: .*)?$/.test(field)
    const joint = isField ? '.' : ': '
    report({ ...fault, field: field === '' ? place : `${place}${joint}${field}` })
  }
}

/** Reports what a factory throws; `undefined` is what it would have made. */
export function attempt<T>(make: () => T, report: (fault: ConfigFault) => void): T | undefined {
  try {
    return make()
  } catch (error) {
    const known = configFaultsOf(error)
    if (known) known.faults.forEach(report)
    else report({ field: '', fault: describeError(error) })
    return undefined
  }
}

async function audienceFrom(fields: unknown, parts: AudienceParts): Promise<AudienceConfig> {
  if (!isFields(fields)) {
    parts.report({ field: '', fault: 'is no object', mend: 'write { "use": …, "options": … }' })
    return { minter: STAND_IN }
  }
  unknownOptionFaults(fields, OPTIONS, 'an audience').forEach(parts.report)
  const { use, options = {}, allow: rules, ...rest } = fields
  const factory = await loadMinter(use, parts.file)
  if (typeof factory !== 'function') parts.report(factory)
  const minter =
    typeof factory === 'function'
      ? attempt(() => factory(options), below(parts, 'options'))
      : undefined
  const known = Object.entries(rest).filter(([name]) => AUDIENCE_OPTIONS.includes(name))
  return {
    ...Object.fromEntries(known),
    minter: minter ?? standInFor(fields),
    ...(rules !== undefined && { allow: rulesFrom(rules) }),
  }
}

/** What is not `METHOD /path` is handed on as it is, for the broker to refuse. */
function rulesFrom(rules: unknown): readonly ProxyRule[] {
  if (!Array.isArray(rules)) return rules as never
  return rules.map((rule: unknown) => {
    const [, method = '', path = ''] = RULE.exec(String(rule)) ?? []
    return allow(method as ProxyMethod, path as `/${string}`)
  })
}

const STAND_IN: Minter = {
  name: 'none',
  shareable: true,
  limits: { defaultLifetimeMs: 300_000, maxLifetimeMs: 300_000 },
  mint: () => Promise.reject(new Error('there is no minter')),
}

/** Whatever it lacks would be laid on the audience, although only the minter is at fault. */
function standInFor({ delivery, allow: rules }: Fields): Minter {
  return delivery === undefined && rules !== undefined
    ? { ...STAND_IN, prefersProxy: 'unknown' }
    : STAND_IN
}
