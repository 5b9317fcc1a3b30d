/** Revokes tokens, tells which are revoked. */
import { REVOKE } from './commands.ts'
import { fromBody } from './input.ts'
import { addRoute, emptyAnswer, type RouteScope } from './route.ts'
import { revocation, revocationSearch } from './shapes.ts'

const PATH = '/v1/revocations'
const YEAR_MS = 365 * 86_400_000

export function addRevocationRoutes(scope: RouteScope): void {
  const { app, node } = scope
  const revocations = () => node.store().today.revocations

  addRoute(
    scope,
    {
      method: 'POST',
      path: `${PATH}/revoke`,
      input: fromBody(revocation),
      for: 'builder',
      command: REVOKE,
    },
    ({ input: { tokenHash, expiresAt } }) => {
      const endsAt = expiresAt ?? node.conditions.now() + YEAR_MS
      revocations().add(tokenHash, new Date(endsAt))
      return emptyAnswer()
    },
  )

  app.post(`${PATH}/lookup`, async (context) => {
    const { value } = await fromBody(revocationSearch).read(context)
    const revoked = revocations().among(value.tokenHashes, node.now())
    return context.json({ data: { revoked } })
  })
}
