/** Certifies a running broker from a terminal. */
import { resolve } from 'node:path'
import { BrokerConfigError, type ConfigFault } from '../config-error.ts'
import { formatConformanceReport } from '../conformance/report.ts'
import { runBrokerConformance } from '../conformance/run.ts'
import type { ConformanceProfile } from '../conformance/types.ts'
import { unknownOptionFaults } from '../unknown-options.ts'
import type { ConformanceCommand } from './command-line.ts'
import { type Fields, isFields, readDocument } from './config-document.ts'
import type { Terminal } from './terminal.ts'

const PROFILE = [
  'granted',
  'forbidden',
  'group',
  'proxied',
  'operation',
  'refusable',
  'scoped',
  'origin',
]
const OPTIONS = ['$schema', 'baseUrl', 'login', 'otherLogin', ...PROFILE]
const HOW_TO_SIGN_IN =
  'write { "headers": { "Cookie": "${SESSION}" } }, or { "url": "/api/login", "body": … } for one that is posted'

/** Resolves with the exit code. Rejects with a `BrokerConfigError` where the profile cannot be used. */
export async function conformanceCommand(
  command: ConformanceCommand,
  terminal: Terminal,
): Promise<number> {
  const file = resolve(command.profile)
  const faults: ConfigFault[] = []
  const report = (fault: ConfigFault): void => void faults.push(fault)
  const document = readDocument(file, { env: terminal.env, report }) ?? {}
  if (faults.length === 0) faults.push(...faultsOf(document, command))
  if (faults.length > 0) throw new BrokerConfigError(faults, command.profile)
  const baseUrl = command.baseUrl ?? String(document.baseUrl)
  const { login, otherLogin } = document
  const result = await runBrokerConformance({
    baseUrl,
    login: () => signedIn(login, baseUrl),
    ...(otherLogin !== undefined && { otherLogin: () => signedIn(otherLogin, baseUrl) }),
    profile: Object.fromEntries(
      PROFILE.filter((name) => document[name] !== undefined).map((name) => [name, document[name]]),
    ) as unknown as ConformanceProfile,
  })
  terminal.print(command.json ? JSON.stringify(result, null, 2) : formatConformanceReport(result))
  return result.ok ? 0 : 1
}

function faultsOf(document: Fields, { baseUrl }: ConformanceCommand): ConfigFault[] {
  const faults = unknownOptionFaults(document, OPTIONS, 'a profile')
  if (!URL.canParse(baseUrl ?? String(document.baseUrl)))
    faults.push({ field: 'baseUrl', fault: 'is no address', mend: 'give it here or by --base-url' })
  if (typeof document.granted !== 'string')
    faults.push({ field: 'granted', fault: 'is missing', mend: 'name an audience of the login' })
  for (const name of ['login', 'otherLogin'])
    if (!isLogin(document[name]) && (name === 'login' || document[name] !== undefined))
      faults.push({ field: name, fault: 'says not how to sign in', mend: HOW_TO_SIGN_IN })
  return faults
}

function isLogin(value: unknown): value is Fields {
  return isFields(value) && (isFields(value.headers) || typeof value.url === 'string')
}

/** By headers that are given, or by what a login posted to the app answers: its cookies, or its `token`. */
async function signedIn(login: unknown, baseUrl: string): Promise<Record<string, string>> {
  if (!isLogin(login)) return {}
  if (isFields(login.headers))
    return Object.fromEntries(
      Object.entries(login.headers).map(([name, value]) => [name, String(value)]),
    )
  const answer = await fetch(new URL(String(login.url), baseUrl), {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(login.body ?? {}),
  })
  if (!answer.ok) throw new Error(`the login at ${String(login.url)} answers ${answer.status}`)
  const cookies = answer.headers.getSetCookie().map((cookie) => cookie.split(';')[0])
  if (cookies.length > 0) return { Cookie: cookies.join('; ') }
  const body: unknown = await answer.json()
  const token = isFields(body) ? body.token : undefined
  if (typeof token !== 'string') throw new Error('the login answers neither a cookie nor a token')
  return { Authorization: `Bearer ${token}` }
}
