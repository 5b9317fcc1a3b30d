/** The part of the management API that makes service accounts and deals with their API keys. */
import { type KeyObject, randomBytes } from 'node:crypto'
import type { Context, Hono } from 'hono'
import { z } from 'zod'
import type { ApiKey } from './accounts.ts'
import { authenticateManager } from './authentication.ts'
import type { SkyflowEnvironment, SkyflowState } from './environment.ts'
import { invalidRequest, SkyflowError } from './errors.ts'
import { readJson } from './request-body.ts'
import { read } from './request-shapes.ts'
import {
  createApiKeyText,
  credentialsOf,
  generateRsaKeys,
  type ServiceAccount,
} from './service-account.ts'

const ACCOUNTS = '/v1/serviceAccounts'
const ACCOUNT = `${ACCOUNTS}/:clientId`
const KEYS = `${ACCOUNT}/apikey`
const KEY = `${KEYS}/:keyId`

const creation = z.object({
  serviceAccount: z.object({ name: z.string().min(1), description: z.string().optional() }),
  clientConfiguration: z
    .object({
      enforceContextID: z.boolean().optional(),
      enforceSignedDataTokens: z.boolean().optional(),
    })
    .optional(),
  apiKeyEnabled: z.boolean().optional(),
})

const statusChange = z.object({ status: z.enum(['ACTIVE', 'INACTIVE']) })

type SkyflowContext = Context<SkyflowEnvironment>

export function addManagementRoutes(app: Hono<SkyflowEnvironment>, state: SkyflowState): void {
  app.use(`${ACCOUNTS}/*`, authenticateManager(state))
  addAccountRoutes(app, state)
  addKeyRoutes(app, state)
}

function addAccountRoutes(app: Hono<SkyflowEnvironment>, state: SkyflowState): void {
  const { accounts } = state
  app.post(ACCOUNTS, async (context) => {
    const asked = read(await readJson(context.req), creation)
    const isSetToApiKeys = asked.apiKeyEnabled ?? false
    const pair = isSetToApiKeys ? undefined : await generateRsaKeys()
    const account = accountOf(state, asked, pair?.publicKey)
    const { clientId: clientID, clientName } = account
    accounts.put({ ...account, isSetToApiKeys })
    if (pair) return context.json(credentialsOf(account, pair, state.tokenUri))
    const { id: apiKeyID, text: apiKey } = addKey(state, clientID)
    return context.json({ clientID, clientName, apiKeyID, apiKey })
  })

  app.get(ACCOUNT, (context) => {
    const { clientId: ID, clientName: name } = accountIn(state, context)
    return context.json({ serviceAccount: { ID, name } })
  })

  app.delete(ACCOUNT, (context) => {
    const { clientId } = accountIn(state, context)
    accounts.remove(clientId)
    return context.json({ ID: clientId })
  })
}

function addKeyRoutes(app: Hono<SkyflowEnvironment>, state: SkyflowState): void {
  const { accounts } = state
  app.post(KEYS, (context) => {
    const { clientId, isSetToApiKeys } = accountIn(state, context)
    if (!isSetToApiKeys)
      throw invalidRequest('The service account uses JWT bearer tokens: it gets no API keys.')
    const { id: apiKeyID, text: apiKey } = addKey(state, clientId)
    return context.json({ apiKeyID, apiKey })
  })

  app.get(KEYS, (context) => {
    const { clientId } = accountIn(state, context)
    return context.json({ apiKeys: accounts.apiKeysOf(clientId).map(shown) })
  })

  app.get(KEY, (context) => context.json(shown(keyIn(state, context))))

  app.post(`${KEY}/rotate`, (context) => {
    const key = { ...keyIn(state, context), text: createApiKeyText() }
    accounts.putApiKey(key)
    return context.json({ apiKeyID: key.id, apiKey: key.text })
  })

  app.patch(KEY, async (context) => {
    const { status } = read(await readJson(context.req), statusChange)
    const key = { ...keyIn(state, context), isActive: status === 'ACTIVE' }
    accounts.putApiKey(key)
    return context.json(shown(key))
  })

  app.delete(KEY, (context) => {
    const { id } = keyIn(state, context)
    accounts.removeApiKey(id)
    return context.json({ apiKeyID: id })
  })
}

/** New accounts have the roles of the first, so that they can be tried at once. */
function accountOf(
  { roles }: SkyflowState,
  { serviceAccount, clientConfiguration }: z.infer<typeof creation>,
  publicKey: KeyObject | undefined,
): ServiceAccount {
  return {
    clientId: newId(),
    clientName: serviceAccount.name,
    keyId: newId(),
    publicKey,
    roles,
    needsContext: clientConfiguration?.enforceContextID ?? false,
    needsSignedTokens: clientConfiguration?.enforceSignedDataTokens ?? false,
  }
}

function addKey({ accounts }: SkyflowState, clientId: string): ApiKey {
  const key = { id: newId(), clientId, text: createApiKeyText(), isActive: true }
  accounts.putApiKey(key)
  return key
}

function accountIn({ accounts }: SkyflowState, context: SkyflowContext): ServiceAccount {
  const account = accounts.ofClient(context.req.param('clientId'))
  if (account) return account
  throw new SkyflowError(404, `Failed to load ServiceAccount ID ${context.req.param('clientId')}`)
}

function keyIn(state: SkyflowState, context: SkyflowContext): ApiKey {
  const { clientId } = accountIn(state, context)
  const key = state.accounts.apiKey(context.req.param('keyId') ?? '')
  if (key?.clientId === clientId) return key
  throw new SkyflowError(404, 'API key was not found')
}

/** Its text is told once, when it is made. */
function shown({ id: apiKeyID, isActive }: ApiKey) {
  return { apiKeyID, status: isActive ? 'ACTIVE' : 'INACTIVE' }
}

function newId(): string {
  return `s${randomBytes(16).toString('hex').slice(0, 31)}`
}
