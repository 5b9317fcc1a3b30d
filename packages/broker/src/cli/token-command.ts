/** Mints one token for a terminal. */
import { dirname, resolve } from 'node:path'
import { jwtDecode } from 'jwt-decode'
import { createBroker } from '../broker.ts'
import { OAuthError } from '../oauth-error.ts'
import { describeError } from '../redact.ts'
import type { BrokerEvent } from '../events.ts'
import type { ServerToken } from '../types.ts'
import { loadBrokerConfig } from './broker-config.ts'
import type { TokenCommand } from './command-line.ts'
import type { Terminal } from './terminal.ts'

/** Resolves with the exit code. */
export async function tokenCommand(command: TokenCommand, terminal: Terminal): Promise<number> {
  const file = resolve(command.config)
  terminal.changeFolder(dirname(file))
  const { options } = await loadBrokerConfig(file, { env: terminal.env, purpose: 'token' })
  const complaints: string[] = []
  const broker = createBroker({
    ...options,
    logger: { info() {}, warn() {}, error() {} },
    onEvent: (event) => complaints.push(...complaintOf(event)),
  })
  try {
    const { audience, subject, scope, ttlSeconds } = command
    const tokens = await broker.mintAll(audience, subject, {
      ...(scope !== undefined && { scope }),
      ...(ttlSeconds !== undefined && { lifetimeMs: ttlSeconds * 1000 }),
    })
    terminal.print(outputOf(tokens, command))
    return 0
  } catch (error) {
    // In a terminal the minter's own words may be told: whoever reads them owns the configuration.
    const said =
      error instanceof OAuthError ? `${error.code}: ${error.message}` : describeError(error)
    terminal.complain([said, ...complaints].join('\n'))
    return 1
  } finally {
    await broker.close()
  }
}

function complaintOf(event: BrokerEvent): string[] {
  return event.event === 'mint-failed' ? [`  ${event.audience}: ${event.detail}`] : []
}

function outputOf(tokens: readonly ServerToken[], command: TokenCommand): string {
  const isGroup = tokens.some(({ audience }) => audience !== command.audience)
  if (command.json) {
    const shown = tokens.map((token) => jsonOf(token, command.decode))
    return JSON.stringify(isGroup ? shown : shown[0], null, 2)
  }
  const lines = tokens.map((token) => {
    const text = command.decode ? JSON.stringify(decoded(token.value), null, 2) : token.value
    return isGroup ? `${token.audience}\t${text}` : text
  })
  return lines.join('\n')
}

function jsonOf(
  { value, audience, expiresAt, scope, resource }: ServerToken,
  decode: boolean,
): object {
  return {
    audience,
    ...(decode ? { decoded: decoded(value) } : { access_token: value, token_type: 'Bearer' }),
    expires_in: Math.max(0, (expiresAt - Date.now()) / 1000),
    expires_at: new Date(expiresAt).toISOString(),
    scope,
    resource,
  }
}

/** What a JWT says. Without its signature it opens nothing. */
function decoded(token: string): object {
  try {
    return { header: jwtDecode(token, { header: true }), claims: jwtDecode(token) }
  } catch {
    return { opaque: true, characters: token.length }
  }
}
