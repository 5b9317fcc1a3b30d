/** What both sides of the wire share; the request parser, which brings valibot, stands in `./request`. */
export {
  isRetryableWireError,
  isWireErrorCode,
  WIRE_ERRORS,
  type WireErrorCode,
} from './error-codes.ts'
export { isAudience, isAudienceName, memberAudience, splitAudience } from './names.ts'
export { type BrokerRefusal, brokerRefusalIn, vaultRetryAfterMs } from './proxied.ts'
export {
  type Answer,
  type AnswerItem,
  isRecord,
  membersIn,
  parseAnswer,
  parseItems,
} from './response.ts'
export {
  MAX_EXPIRES_IN,
  MAX_ITEMS,
  MAX_REQUEST_BYTES,
  type Problem,
  PROTOCOL_VERSION,
  type TokenFailure,
  type TokenGrant,
  type TokenRequest,
  type TokenRequestItem,
  type TokenResponse,
  VERSION_HEADER,
} from './shapes.ts'
