import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import { afterEach, expect, it, vi } from 'vitest'

afterEach(() => vi.unstubAllEnvs())

/** What Vite makes of the app, without the libraries that are the same either way. */
async function bundleFor(mode: 'development' | 'production'): Promise<string> {
  vi.stubEnv('NODE_ENV', mode)
  const result = await build({
    configFile: false,
    logLevel: 'silent',
    mode,
    build: {
      write: false,
      minify: false,
      rolldownOptions: {
        input: fileURLToPath(new URL('app.tsx', import.meta.url)),
        external: [/^react/, /^@tanstack/],
      },
    },
  })
  const [output] = [result].flat()
  if (output === undefined || !('output' in output)) throw new Error('Nothing was built')
  return output.output.map((part) => (part.type === 'chunk' ? part.code : '')).join('\n')
}

const WORDS = ['vk-', 'soft margin', 'Copy as JSON', 'MOST_EVENTS']

it('holds no word of the devtools in production, and all of them while developing', async () => {
  const [production, development] = [await bundleFor('production'), await bundleFor('development')]
  const said = (bundle: string) => WORDS.filter((word) => bundle.includes(word))
  expect(said(production)).toEqual([])
  expect(production).toContain('/api/broker')
  expect(said(development)).toEqual(WORDS)
}, 30_000)
