/** Serves the emulated walt.id on a port that is already open. */
import { corsFor, type CorsMode } from './cors.ts'
import { createEmulator, type EmulatorControl } from './emulator.ts'
import { createFaultBoard } from './faults.ts'
import type { Listener } from './listener.ts'
import { placesOf } from './waltid/content.ts'
import { waltidCors } from './waltid/cors-habits.ts'
import { faultAnswer } from './waltid/error-answer.ts'
import { createWaltidService } from './waltid/service.ts'

export interface WaltidServerOptions {
  listener: Listener
  /** Where it is reached: the organization's base URL. */
  url: string
  cors: CorsMode
  seed: string | undefined
  includeExp: boolean
}

/** All that a client of the emulated walt.id needs. */
export interface WaltidAccess {
  orgBaseUrl: string
  organization: string
  /** Of an API key that may do everything and never ends. For tests only. */
  adminToken: string
  /** An administrator's. For tests only. */
  login: { email: string; password: string }
  /** May see the wallet and the trust registry, nothing else. */
  roleId: string
  /** `{organization}.{tenant}.{service}` */
  wallet: string
  trustRegistry: string
}

const ORGANIZATION = 'acme'

/** What an emulated walt.id has no use for. */
const ABSENT = [
  'subscription',
  'credits',
  'maintenance',
  'migrating',
  'rateLimit',
  'queryRunMs',
  'partialCreate',
  'rotatedKey',
] as const

export function serveWaltid(options: WaltidServerOptions): {
  access: WaltidAccess
  control: EmulatorControl
} {
  const { listener, url, cors, seed, includeExp } = options
  const faults = createFaultBoard(ABSENT)
  const organization = ORGANIZATION
  const service = createWaltidService({ organization, seed, includeExp, conditions: faults })
  const emulator = createEmulator({
    answer: (request) => service.fetch(request),
    answerWith: faultAnswer,
    admit: corsFor(cors, waltidCors),
    faults,
    forget: () => service.reset(),
  })
  listener.serve((request, bindings) => emulator.fetch(request, bindings))
  const { wallet, trustRegistry } = placesOf(organization)
  const { adminToken, login, roleId } = service
  return {
    access: { orgBaseUrl: url, organization, adminToken, login, roleId, wallet, trustRegistry },
    control: emulator.control,
  }
}
