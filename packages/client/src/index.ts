/** Public names of `@valetkey/client`. */
export type { Clock } from './clock.ts'
export {
  isTokenError,
  TokenError,
  type TokenErrorCode,
  type TokenErrorPhase,
} from './errors.ts'
export type { TokenEvent, TokenEventMap, TokenEventType } from './events.ts'
export { createTokenClient } from './token-client.ts'
export type {
  AccessToken,
  AudienceName,
  BrokerFunction,
  BrokerRequest,
  BrokerShape,
  FetchForOptions,
  GetTokenOptions,
  GetTokensOptions,
  GroupName,
  PreparedAudience,
  TabPort,
  TabScope,
  TokenClient,
  TokenClientOptions,
  TokenStatus,
} from './types.ts'
export type { WakeCause, WakeSignals } from './wake-signals.ts'
