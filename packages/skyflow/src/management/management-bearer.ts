/** Mints the bearers that management calls are made with, from the credentials of the account that manages. */
import { MintError } from '@valetkey/broker'
import { parseTokenUri } from '../minter/addresses.ts'
import { createAssertions, createSigner } from '../minter/assertion.ts'
import { bearerOf } from '../minter/bearer.ts'
import {
  parseCredentials,
  readCredentials,
  type SkyflowCredentials,
  sourceOf,
} from '../minter/credentials.ts'
import { assertionGrant, exchange } from '../minter/exchange.ts'
import type { Report } from '../minter/fields.ts'
import { SkyflowConfigError, type SkyflowFault } from '../minter/skyflow-config-error.ts'
import {
  SkyflowManagementError,
  type SkyflowManagementErrorCode,
} from './skyflow-management-error.ts'

export interface ManagementBearerOptions {
  credentials: string | URL | SkyflowCredentials
  hosts: readonly string[]
  clock: { now(): number }
  fetch: typeof fetch
}

export interface ManagementBearer {
  /** Where these credentials are exchanged, so also the management API. */
  origin: string
  bearer: (signal: AbortSignal) => Promise<string>
}

/** Each bearer is for one call: it may end soon. */
const LIFETIME_MS = 300_000

const CODES: Partial<Record<string, SkyflowManagementErrorCode>> = {
  upstream_auth: 'unauthorized',
  upstream_timeout: 'timeout',
  temporarily_unavailable: 'unavailable',
}

/** @throws {SkyflowConfigError} for credentials that cannot be used. */
export function createManagementBearer(options: ManagementBearerOptions): ManagementBearer {
  const { credentials, hosts, clock } = options
  const faults: SkyflowFault[] = []
  const report: Report = (field, fault) => void faults.push({ field, fault })
  const content = readCredentials(credentials, report)
  const allowed = { tokenHosts: hosts, vaultHosts: [] }
  const account = faults.length === 0 ? parseCredentials(content, allowed, report) : undefined
  if (account === undefined) throw new SkyflowConfigError(sourceOf(credentials), faults)
  const { tokenUri } = account
  const sign = createAssertions(account, tokenUri, createSigner(account))
  return {
    origin: new URL(tokenUri).origin,
    async bearer(signal) {
      const now = clock.now()
      try {
        const assertion = await sign({ context: undefined, now, lifetimeMs: LIFETIME_MS })
        const body = assertionGrant(assertion, undefined)
        const answer = await exchange({ url: tokenUri, body, signal, fetch: options.fetch })
        // An hour is what it lives where shorter lives are not heeded.
        const rules = { startedAt: now, lifetimeMs: 3_600_000, fallbackLifetimeMs: LIFETIME_MS }
        return bearerOf(answer, rules).value
      } catch (error) {
        if (!(error instanceof MintError)) throw error
        throw new SkyflowManagementError(
          CODES[error.code] ?? 'malformed_answer',
          `No bearer for the management API: ${error.message}`,
          { cause: error },
        )
      }
    },
  }
}

/** The address of the management API, or `undefined` with the fault reported. */
export function parseManageUrl(
  value: unknown,
  hosts: readonly string[],
  report: Report,
): string | undefined {
  const allowed = { tokenHosts: hosts, vaultHosts: [] }
  return parseTokenUri(value, allowed, (_, fault) => report('manageUrl', fault))?.replace(
    /\/+$/,
    '',
  )
}
