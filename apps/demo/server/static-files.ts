/** Serves the built page; hashed assets for ever, the page itself never from a cache. */
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { serveStatic } from '@hono/node-server/serve-static'
import type { MiddlewareHandler } from 'hono'
import { StartError } from './start-error.ts'

const DIST = fileURLToPath(new URL('../dist/', import.meta.url))

/** @throws {StartError} when the page was not built yet. */
export function staticFiles(): MiddlewareHandler {
  if (!existsSync(`${DIST}index.html`))
    throw new StartError(
      'The page is not built. Run `npm start` at the root, or `pnpm build` here.',
    )
  return serveStatic({
    root: DIST,
    onFound(path, context) {
      const isHashed = path.includes('/assets/')
      context.header('Cache-Control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache')
    },
  })
}
