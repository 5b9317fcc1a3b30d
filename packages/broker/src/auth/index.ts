/** Ready answers to `authenticate` and `authorize`: the app's own JWT, its sessions, grants by role. */
export { type GrantList, type GrantRule, grants } from './grants.ts'
export {
  JwksUnavailableError,
  type JwtAuthenticationOptions,
  type JwtPrincipal,
  jwtAuthentication,
} from './jwt-authentication.ts'
export {
  readCookie,
  sessionAuthentication,
  type SessionFacts,
  type SessionPrincipal,
} from './session-authentication.ts'
