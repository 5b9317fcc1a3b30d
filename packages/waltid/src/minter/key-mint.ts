/** Makes one API key: creates it with an end, assigns its roles, looks at it if told to. */
import { type MintedToken, MintError, type MintRequest } from '@valetkey/broker'
import type { Administrator } from './administrator.ts'
import { accepted, expiryOfToken, expiryOfView, type ExpiryRules, tokenIn } from './answers.ts'
import { formatSeconds } from './duration.ts'
import type { ApiAnswer, ApiCall, Step } from './exchange.ts'
import type { CallTemplate, Settings } from './settings.ts'

export interface Workshop {
  settings: Settings
  administrator: Administrator
  clock: { now(): number }
}

type Wish = Pick<MintRequest, 'lifetimeMs' | 'signal' | 'traceHeaders'> & {
  roleIds: readonly string[]
}

/** A key that could not be finished is deleted within this time, or left to end by itself. */
const DISCARD_TIMEOUT_MS = 2_000

/** The key has no right before its last role is assigned, and its token goes nowhere before that. */
export async function mintKey(workshop: Workshop, wish: Wish): Promise<MintedToken> {
  const { settings, clock } = workshop
  const keyId = createKeyId(settings.keyIdPrefix, clock.now())
  const { token, ...rules } = await createKey(workshop, wish, keyId)
  try {
    const expiresAt = expiryOfToken(token, rules)
    for (const roleId of wish.roleIds) await assignRole(workshop, wish, { keyId, roleId })
    const id = `${settings.organization}.${keyId}`
    const viewedAt = await viewKey(workshop, wish, { keyId, rules })
    return {
      value: token,
      expiresAt: Math.min(expiresAt, viewedAt),
      id,
      resource: `${settings.baseUrl}/`,
    }
  } catch (error) {
    await discard(workshop, keyId)
    throw error
  }
}

/** Deletes a key. One that is gone already is fine. */
export async function deleteKey(
  { settings, administrator, clock }: Workshop,
  keyId: string,
  signal: AbortSignal,
): Promise<void> {
  const template = settings.delete
  if (template === undefined) return
  const answer = await administrator.call(() => callOf(settings, 'delete', { template, keyId }), {
    signal,
  })
  if (answer.status !== 404) accepted(answer, clock.now())
}

async function createKey(
  { settings, administrator, clock }: Workshop,
  wish: Wish,
  keyId: string,
): Promise<ExpiryRules & { token: string }> {
  const startedAt = clock.now()
  let rules: ExpiryRules = { askedAt: startedAt, latestAt: startedAt }
  const prepare = (waitedMs: number): ApiCall => {
    // Counted anew for each attempt: the key must not outlive what was granted when the mint began.
    const seconds = Math.floor((wish.lifetimeMs - waitedMs) / 1000)
    if (!(seconds >= 1)) throw tooShort(waitedMs)
    const askedAt = startedAt + waitedMs
    rules = { askedAt, latestAt: askedAt + seconds * 1000 }
    const body = { name: settings.name, expiration: formatSeconds(seconds) }
    return { ...callOf(settings, 'create', { template: settings.create, keyId }), body }
  }
  const answer = await administrator.call(prepare, wish)
  return { ...rules, token: tokenIn(answer, clock.now()).token }
}

async function assignRole(
  { settings, administrator, clock }: Workshop,
  wish: Wish,
  { keyId, roleId }: { keyId: string; roleId: string },
): Promise<void> {
  const place = { template: settings.assign, keyId, roleId }
  const body = { apikey: `${settings.organization}.${keyId}` }
  const prepare = (): ApiCall => ({ ...callOf(settings, 'assign', place), body })
  accepted(await administrator.call(prepare, wish), clock.now())
}

/** Epoch milliseconds at which walt.id says the key ends; the end asked for where it is not looked at. */
async function viewKey(
  { settings, administrator }: Workshop,
  wish: Wish,
  { keyId, rules }: { keyId: string; rules: ExpiryRules },
): Promise<number> {
  const { view } = settings
  if (view === undefined) return rules.latestAt
  const prepare = (): ApiCall => callOf(settings, 'view', { template: view, keyId })
  const answer: ApiAnswer = await administrator.call(prepare, wish)
  return expiryOfView(answer, view.expirationField, rules)
}

/** As far as it can be: without its token, which went nowhere, nobody can use the key. */
async function discard(workshop: Workshop, keyId: string): Promise<void> {
  try {
    await deleteKey(workshop, keyId, AbortSignal.timeout(DISCARD_TIMEOUT_MS))
  } catch {
    // The mint's own error is the one to tell of.
  }
}

function callOf(
  { baseUrl, organization }: Settings,
  step: Step,
  place: { template: CallTemplate; keyId: string; roleId?: string },
): ApiCall {
  const { template, keyId, roleId = '' } = place
  const path = template.path
    .replaceAll('{org}', organization)
    .replaceAll('{key}', keyId)
    .replaceAll('{role}', roleId)
  return { step, method: template.method, url: baseUrl + path }
}

/** No dots: one would change the path. Sorts by time. */
function createKeyId(prefix: string, now: number): string {
  const random = Array.from(crypto.getRandomValues(new Uint8Array(10)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  )
  return `${prefix}-${Math.floor(now).toString(36)}-${random.join('')}`
}

function tooShort(waitedMs: number): MintError {
  return waitedMs > 0
    ? new MintError(
        'upstream_timeout',
        'walt.id took longer for the login than the key was to live',
      )
    : new MintError('invalid_target', 'walt.id gives no API key that lives under a second')
}
