/** `pnpm dev`: the demo with Vite in the same process, for work on the page. */
import { fileURLToPath } from 'node:url'
import { getRequestListener } from '@hono/node-server'
import { createServer } from 'vite'
import { run } from './run.ts'

await run(async ({ api, server }) => {
  const vite = await createServer({
    root: fileURLToPath(new URL('..', import.meta.url)),
    appType: 'spa',
    server: { middlewareMode: true, hmr: { server } },
  })
  const answer = getRequestListener(api.fetch)
  return (request, response) => {
    if (request.url?.startsWith('/api/')) void answer(request, response)
    else vite.middlewares(request, response)
  }
})
