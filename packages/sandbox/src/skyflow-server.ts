/** Serves the emulated Skyflow on two ports that are already open, HTTP and HTTPS. */
import { corsFor, type CorsMode } from './cors.ts'
import { createEmulator, type EmulatorControl } from './emulator.ts'
import { createFaultBoard, type FaultBoard } from './faults.ts'
import type { Listener } from './listener.ts'
import { skyflowCors } from './skyflow/cors-habits.ts'
import { CONNECTION_PATH } from './skyflow/connection-route.ts'
import { faultAnswer } from './skyflow/error-answer.ts'
import { DOWNLOAD_PATH } from './skyflow/file-routes.ts'
import { createFirstAccounts, type FirstSkyflowAccounts } from './skyflow/first-accounts.ts'
import {
  accessTo,
  createIdentityProvider,
  type IdentityProvider,
  type TokenExchangeAccess,
} from './skyflow/identity-provider.ts'
import { createRoles } from './skyflow/policy.ts'
import { DEFAULT_TABLE, defaultSchema } from './skyflow/schema.ts'
import { createSkyflowService, type SkyflowService } from './skyflow/service.ts'
import {
  type ApiKeyCredentials,
  createIdSource,
  type Credentials,
  credentialsOf,
  type KeyPair,
  type ServiceAccount,
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
  /** For the header `X-SKYFLOW-ACCOUNT-ID` of management calls. */
  accountId: string
  /** Of an account set to JWT bearer tokens. */
  credentials: Credentials
  /** Of an account that gets no bearer without a `ctx`. */
  contextCredentials: Credentials
  /** Of an account set to API keys. */
  apiKey: ApiKeyCredentials
  /** Of that same account: with them it gets no bearer. */
  apiKeyCredentials: Credentials
  /** Of an account that trusts an identity provider. */
  sts: TokenExchangeAccess
  /** Where requests are handed on with the values in place of tokens. */
  connectionPath: string
  roleId: string
  maskedRoleId: string
  insertRoleId: string
  /** May manage service accounts, nothing else. */
  ownerRoleId: string
  control: EmulatorControl
}

/** What an emulated Skyflow has no use for. */
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

export function serveSkyflow(options: SkyflowServerOptions): SkyflowServer {
  const { url, seed, bearerLifetime, accountKeys } = options
  const idOf = createIdSource(seed)
  const { plain, masked, insert, owner } = createRoles(idOf)
  const roles = [plain, masked, insert]
  const provider = createIdentityProvider(url)
  const { publicKey } = accountKeys
  const first = createFirstAccounts({ idOf, publicKey, roles, owner, provider })
  const faults = createFaultBoard(ABSENT)
  const place = { vaultId: idOf('vault'), accountId: idOf('account') }
  const service = createSkyflowService({
    ...place,
    tokenUri: url + TOKEN_PATH,
    filesUrl: url + DOWNLOAD_PATH,
    bearerLifetime,
    first,
    roles,
    provider,
    keys: options.bearerKeys,
    schema: defaultSchema,
    conditions: faults,
  })
  const control = emulate(service, { ...options, faults })
  return {
    ...place,
    ...accessOf(first, { url, accountKeys, provider }),
    table: DEFAULT_TABLE,
    connectionPath: CONNECTION_PATH,
    roleId: plain.id,
    maskedRoleId: masked.id,
    insertRoleId: insert.id,
    ownerRoleId: owner.id,
    control,
  }
}

function emulate(
  service: SkyflowService,
  { listeners, cors, faults }: SkyflowServerOptions & { faults: FaultBoard },
): EmulatorControl {
  const emulator = createEmulator({
    answer: (request) => service.fetch(request),
    answerWith: faultAnswer,
    admit: corsFor(cors, skyflowCors),
    faults,
    forget: () => service.reset(),
  })
  for (const listener of listeners)
    listener.serve((request, bindings) => emulator.fetch(request, bindings))
  return emulator.control
}

/** What a client of each kind of account is given. */
function accessOf(
  { named: { account, contextual, keyed, trusting }, apiKeys: [apiKey] }: FirstSkyflowAccounts,
  parts: Pick<SkyflowServerOptions, 'url' | 'accountKeys'> & { provider: IdentityProvider },
): Pick<
  SkyflowServer,
  'credentials' | 'contextCredentials' | 'apiKey' | 'apiKeyCredentials' | 'sts'
> {
  const { url, accountKeys, provider } = parts
  const ofAccount = (one: ServiceAccount) => credentialsOf(one, accountKeys, url + TOKEN_PATH)
  const { clientId: clientID, clientName } = keyed
  return {
    credentials: ofAccount(account),
    contextCredentials: ofAccount(contextual),
    apiKey: { clientID, clientName, apiKeyID: apiKey.id, apiKey: apiKey.text },
    apiKeyCredentials: ofAccount(keyed),
    sts: accessTo(provider, { url, serviceAccountId: trusting.clientId }),
  }
}
