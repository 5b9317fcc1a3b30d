import { fileURLToPath } from 'node:url'
import { build, type Rolldown } from 'vite'
import { describe, expect, it } from 'vitest'

async function chunksOf(entry: string): Promise<Rolldown.OutputChunk[]> {
  const result = await build({
    configFile: false,
    logLevel: 'silent',
    build: {
      write: false,
      lib: { entry: fileURLToPath(new URL(entry, import.meta.url)), formats: ['es'] },
    },
  })
  const [output] = [result].flat()
  if (output === undefined || !('output' in output)) throw new Error('Nothing was built')
  return output.output.filter((part) => part.type === 'chunk')
}

const holds = (chunk: Rolldown.OutputChunk, name: string) =>
  chunk.moduleIds.some((id) => id.includes(`/node_modules/${name}/`))

describe('the vault client, bundled for browsers', () => {
  it('leaves secret sharing and Buffer to chunks that load at the first secret', async () => {
    const chunks = await chunksOf('../src/index.ts')
    const entry = chunks.filter(({ isEntry }) => isEntry)
    const lazy = ['@nillion/blindfold', 'libsodium-sumo', 'buffer']
    expect(lazy.filter((name) => chunks.some((chunk) => holds(chunk, name)))).toEqual(lazy)
    expect(lazy.filter((name) => entry.some((chunk) => holds(chunk, name)))).toEqual([])
    expect(entry.some((chunk) => holds(chunk, 'p-retry'))).toBe(true)
  }, 30_000)
})
