/** Serves the emulated Skyflow on two ports that are already open, HTTP and HTTPS. */
import { corsFor, type CorsMode } from './cors.ts'
import { createEmulator, type EmulatorControl } from './emulator.ts'
import { createFaultBoard } from './faults.ts'
import type { Listener } from './listener.ts'
import { skyflowCors } from './skyflow/cors-habits.ts'
import { faultAnswer } from './skyflow/error-answer.ts'
import { createRoles } from './skyflow/policy.ts'
import { DEFAULT_TABLE, defaultSchema } from './skyflow/schema.ts'
import { createSkyflowService } from './skyflow/service.ts'
import {
  createIdSource,
  type Credentials,
  credentialsOf,
  type KeyPair,
} from './skyflow/service-account.ts'
import { TOKEN_PATH } from './skyflow/token-route.ts'

export interface SkyflowServerOptions {
  /** One for HTTP, one for HTTPS; both serve the same. */
  listeners: readonly Listener[]
  /** Where the HTTP one is reached. */
  url: string
  cors: CorsMode
  seed: string | undefined
  bearerLifetime: 'assertion' | number
  accountKeys: KeyPair
  /** Sign the bearer tokens. */
  bearerKeys: Promise<KeyPair>
}

export interface SkyflowServer {
  vaultId: string
  table: string
  credentials: Credentials
  roleId: string
  maskedRoleId: string
  insertRoleId: string
  control: EmulatorControl
}

export function serveSkyflow(options: SkyflowServerOptions): SkyflowServer {
  const { listeners, url, cors, bearerLifetime, accountKeys } = options
  const idOf = createIdSource(options.seed)
  const { plain, masked, insert } = createRoles(idOf)
  const account = {
    clientId: idOf('client'),
    clientName: 'sandbox',
    keyId: idOf('key'),
    publicKey: accountKeys.publicKey,
    roles: [plain, masked, insert],
  }
  const tokenUri = url + TOKEN_PATH
  const vaultId = idOf('vault')
  const faults = createFaultBoard([
    'subscription',
    'credits',
    'maintenance',
    'migrating',
    'rateLimit',
    'queryRunMs',
    'partialCreate',
    'rotatedKey',
  ])
  const service = createSkyflowService({
    vaultId,
    tokenUri,
    bearerLifetime,
    accounts: [account],
    keys: options.bearerKeys,
    schema: defaultSchema,
    conditions: faults,
  })
  const emulator = createEmulator({
    answer: (request) => service.fetch(request),
    answerWith: faultAnswer,
    admit: corsFor(cors, skyflowCors),
    faults,
    forget: () => service.reset(),
  })
  for (const listener of listeners)
    listener.serve((request, bindings) => emulator.fetch(request, bindings))
  return {
    vaultId,
    table: DEFAULT_TABLE,
    credentials: credentialsOf(account, accountKeys, tokenUri),
    roleId: plain.id,
    maskedRoleId: masked.id,
    insertRoleId: insert.id,
    control: emulator.control,
  }
}
