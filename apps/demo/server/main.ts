/** `node server/main.ts`: the demo with the built page. */
import { getRequestListener } from '@hono/node-server'
import { pageHeaders } from './page-headers.ts'
import { run } from './run.ts'
import { staticFiles } from './static-files.ts'

await run(({ api, vaultOrigins }) => {
  // The routes below /api stand before this and keep their own headers.
  api.use('*', pageHeaders(vaultOrigins), staticFiles())
  const answer = getRequestListener(api.fetch)
  return (request, response) => void answer(request, response)
})
