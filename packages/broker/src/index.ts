/** The broker: hands short-lived vault tokens to browsers and keeps what mints them. */
export { createBroker } from './broker.ts'
export type { Clock } from './clock.ts'
export { BrokerConfigError, type ConfigFault } from './config-error.ts'
export type {
  AnsweredItem,
  AnswerEvent,
  AnswerFacts,
  BrokerEvent,
  CacheEvent,
  DecisionEvent,
  FaultEvent,
  InsecureDevEvent,
  MintEvent,
  MinterEvent,
  MintFailedEvent,
  ProxyEvent,
  RevocationEvent,
  ServerMintEvent,
  UpstreamEvent,
} from './events.ts'
export type { SpanAttributes, SpanStart, Telemetry, TelemetrySpan } from './telemetry.ts'
export type { TraceHeaders } from './trace-context.ts'
export type { ClientAddress, RateLimits, UpstreamLimits } from './limit-options.ts'
export { memoryCache } from './memory-cache.ts'
export {
  type GroupMember,
  type GroupMinter,
  type MintedToken,
  type Minter,
  type MinterLimits,
  type MinterNotice,
  MintError,
  type MintErrorCode,
  type MintRequest,
} from './minter.ts'
export type {
  Operation,
  OperationRequest,
  OperationResult,
  Operations,
  RunOperation,
} from './operation.ts'
export { allow, type ProxyMethod, type ProxyRule } from './proxy-rules.ts'
export type {
  CacheFactory,
  CacheLock,
  CacheNote,
  CacheParts,
  CacheReading,
  Limiter,
  Rate,
  Revocations,
  SharedCache,
  Verdict,
} from './shared-cache.ts'
export type {
  AccessRules,
  AudienceConfig,
  AudienceKinds,
  Audiences,
  AuthenticateOptions,
  Broker,
  BrokerOptions,
  BrokerSettings,
  Grant,
  GrantRequest,
  Logger,
  Principal,
  RevokeScope,
  ServerMintOptions,
  ServerToken,
} from './types.ts'
