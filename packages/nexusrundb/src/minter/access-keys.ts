/** Decides whose rights a token gets: those of the credentials, or of another access key that the Master key mints for. */
import { MintError, type MintRequest } from '@valetkey/broker'
import { isFields, type Report } from './fields.ts'

/** Who asks, and for what. */
export type NexusRunDbSession = Pick<MintRequest, 'audience' | 'subject' | 'scope' | 'context'>

/**
 * The access key whose rights a token gets: one for all; one per scope that the broker grants; or a function of
 * who asks, which answers `undefined` for those who get none.
 */
export type ForAccessKey =
  | string
  | Readonly<Record<string, string>>
  | ((session: NexusRunDbSession) => string | undefined)

export interface AccessKeyOptions {
  accessKey: string
  masterKey?: boolean
  forAccessKey?: ForAccessKey
  allowFullAuthority?: boolean
}

/** Printable, and without the colon that would end a user name of Basic. */
const ACCESS_KEY = /^(?!\.{1,2}$|\*$)[\x21-\x2e\x30-\x39\x3b-\x7e]{1,256}$/

function isAccessKey(value: unknown): value is string {
  return typeof value === 'string' && ACCESS_KEY.test(value)
}

export function checkAccessKeys(options: AccessKeyOptions, report: Report): void {
  const { accessKey, masterKey, forAccessKey, allowFullAuthority } = options
  if (accessKey === undefined) report('accessKey', 'is missing', 'give the id of an access key')
  else if (!isAccessKey(accessKey))
    report('accessKey', 'is not an access key', 'give its id alone, without colon, slash or spaces')
  for (const field of ['masterKey', 'allowFullAuthority'] as const)
    if (options[field] !== undefined && typeof options[field] !== 'boolean')
      report(field, 'must be true or false')
  const targets = targetsOf(forAccessKey)
  if (targets === undefined)
    report('forAccessKey', 'is neither an access key, nor keys by scope, nor a function')
  const isForOthers =
    typeof forAccessKey === 'function' || targets?.some((key) => key !== accessKey)
  if (isForOthers && masterKey !== true)
    report(
      'forAccessKey',
      'names other access keys, which only the Master key mints for',
      'give its credentials and masterKey: true, or leave this out',
    )
  const isOwn = forAccessKey === undefined || targets?.includes(accessKey)
  if (masterKey === true && isOwn && allowFullAuthority !== true)
    report(
      'masterKey',
      'would mint tokens of the Master key itself, which open every bucket and the administration',
      'name a lesser access key in forAccessKey, or say allowFullAuthority: true',
    )
  if (allowFullAuthority === true && masterKey !== true)
    report('allowFullAuthority', 'is for the Master key', 'leave it out, or say masterKey: true')
}

/** The keys that are named outright, or `undefined` if they are named in no way there is. */
function targetsOf(forAccessKey: unknown): readonly string[] | undefined {
  if (forAccessKey === undefined || typeof forAccessKey === 'function') return []
  if (isAccessKey(forAccessKey)) return [forAccessKey]
  if (!isFields(forAccessKey)) return undefined
  const keys = Object.values(forAccessKey)
  return keys.length > 0 && keys.every(isAccessKey) ? keys : undefined
}

/** @throws {MintError} `invalid_target` for who or what gets no token. */
export function accessKeyFor(session: NexusRunDbSession, options: AccessKeyOptions): string {
  const { accessKey, forAccessKey = accessKey } = options
  if (typeof forAccessKey === 'string') {
    if (session.scope === undefined) return forAccessKey
    throw refusal('a token has all rights of its access key; no scope narrows it')
  }
  const chosen =
    typeof forAccessKey === 'function' ? forAccessKey(session) : byScope(session, forAccessKey)
  if (chosen === undefined) throw refusal('forAccessKey has no access key for this user or scope')
  if (!isAccessKey(chosen)) throw refusal('forAccessKey gave what is not an access key')
  if (chosen === accessKey && options.masterKey && options.allowFullAuthority !== true)
    throw refusal(
      'forAccessKey gave the Master key itself; say allowFullAuthority: true if it is meant',
    )
  return chosen
}

function byScope(
  { scope = '' }: NexusRunDbSession,
  keys: Readonly<Record<string, string>>,
): string | undefined {
  return Object.hasOwn(keys, scope) ? keys[scope] : undefined
}

function refusal(why: string): MintError {
  return new MintError('invalid_target', `NexusRunDB: ${why}`)
}
