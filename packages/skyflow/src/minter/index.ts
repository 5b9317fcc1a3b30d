/** The server half of Skyflow: minters for each way in which a service account may authenticate. */
import type { Minter } from '@valetkey/broker'
import { createAccountMinter, type SkyflowMinterOptions } from './account-minter.ts'
import { createApiKeyMinter, type SkyflowApiKeyOptions } from './api-key-minter.ts'
import { createExchangeMinter, type SkyflowExchangeOptions } from './exchange-minter.ts'
import { SkyflowConfigError } from './skyflow-config-error.ts'

export type { SkyflowMinterOptions } from './account-minter.ts'
export type { SkyflowApiKeyOptions } from './api-key-minter.ts'
export type { SkyflowContext, SkyflowContextSource } from './context.ts'
export type { SkyflowCredentials } from './credentials.ts'
export type { SkyflowExchangeOptions, SkyflowTokenExchange } from './exchange-minter.ts'
export type { SkyflowRoles, SkyflowSession } from './roles.ts'
export type { SignedDataTokenOptions } from './signed-data-tokens.ts'
export { SkyflowConfigError, type SkyflowFault } from './skyflow-config-error.ts'

const WAYS = ['credentials', 'apiKey', 'tokenExchange']

/**
 * Mints for a Skyflow vault, by one of three:
 *
 * - `credentials`: an assertion signed with the service account's key (RS256, Web Crypto), swapped for a bearer. One
 *   bearer serves all users, unless `context` or `roles` make it depend on who asks.
 * - `apiKey`: the key of an account set to API keys. It never reaches a browser: the audience is proxied.
 * - `tokenExchange`: the token of the user's own login, swapped for a bearer. Experimental.
 *
 * An account set to API keys mints no bearers, and one set to bearers has no keys.
 *
 * @throws {SkyflowConfigError} at start-up, naming every field to mend and no value.
 */
export function skyflow(
  options: SkyflowMinterOptions | SkyflowApiKeyOptions | SkyflowExchangeOptions,
): Minter {
  const given = WAYS.filter((way) => Reflect.get(options, way) !== undefined)
  const [, second] = given
  if (second !== undefined)
    throw new SkyflowConfigError('options', [
      {
        field: second,
        fault: `stands beside ${given.filter((way) => way !== second).join(', ')}; an account authenticates in one way, so give one of ${WAYS.join(', ')}`,
      },
    ])
  if ('apiKey' in options) return createApiKeyMinter(options)
  if ('tokenExchange' in options) return createExchangeMinter(options)
  return createAccountMinter(options)
}
