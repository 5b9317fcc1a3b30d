/** Next: a route handler for everything below /api/broker. */
import { broker } from '../../../../broker.js'

// Answers depend on who asks, and minters may need what only Node has.
export const dynamic = 'force-dynamic'
export const runtime = 'nodejs'

const answer = (request) => broker.fetch(request)
export {
  answer as DELETE,
  answer as GET,
  answer as HEAD,
  answer as OPTIONS,
  answer as PATCH,
  answer as POST,
  answer as PUT,
}
