/** Puts the routes of today's API together. */
import { addBuilderRoutes } from './builder-routes.ts'
import { addChangeRoutes } from './change-routes.ts'
import { addCollectionRoutes } from './collection-routes.ts'
import { addCreationRoutes } from './creation-routes.ts'
import { addCreditRoutes } from './credit-routes.ts'
import { addDataRoutes } from './data-routes.ts'
import { addDocumentRoutes } from './document-routes.ts'
import { addGrantRoutes } from './grant-routes.ts'
import { addIndexRoutes } from './index-routes.ts'
import { addQueryRoutes } from './query-routes.ts'
import { addQueryRunRoutes } from './query-run-routes.ts'
import { addRevocationRoutes } from './revocation-routes.ts'
import type { RouteScope } from './route.ts'
import { addUserRoutes } from './user-routes.ts'

/** Unlike in the seed era an unknown path is 404 with or without a token. */
export function addTodayRoutes(scope: RouteScope): void {
  addBuilderRoutes(scope)
  addCollectionRoutes(scope)
  addIndexRoutes(scope)
  addQueryRoutes(scope)
  addQueryRunRoutes(scope)
  addDataRoutes(scope)
  addCreationRoutes(scope)
  addChangeRoutes(scope)
  addUserRoutes(scope)
  addDocumentRoutes(scope)
  addGrantRoutes(scope)
  addCreditRoutes(scope)
  addRevocationRoutes(scope)
  // Only the node's own key may, and nobody has it.
  scope.app.all('/v1/system/*', (context) => context.text('Unauthorized', 401))
  scope.app.all('/v1/*', (context) => context.notFound())
}
