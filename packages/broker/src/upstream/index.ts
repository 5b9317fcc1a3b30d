/** For authors of minters: one call of the system behind, and what an answer says of time. */
export { jwtClaims, jwtExpiresAt } from '../jwt-expiry.ts'
export { retryAfterOf } from '../retry-after.ts'
export {
  askUpstream,
  type UpstreamAnswer,
  type UpstreamCall,
  type UpstreamContext,
} from './ask-upstream.ts'
