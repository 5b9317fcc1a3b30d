import { readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { afterEach, expect, it, vi } from 'vitest'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
const examples = [...readme.matchAll(/^```ts\n([\s\S]*?)^```/gm)]
  .map(([, text = '']) => text)
  .filter((text) => text.includes('@valetkey/client/testing'))

afterEach(() => {
  vi.restoreAllMocks()
})

/** The text as a module whose imports lead to the sources. */
function moduleOf(text: string): string {
  const source = (name: string) => `'${new URL(`../src/${name}.ts`, import.meta.url).href}'`
  const code = stripTypeScriptTypes(text)
    .replaceAll("'@valetkey/client/testing'", source('testing/index'))
    .replaceAll("'@valetkey/client'", source('index'))
  return `data:text/javascript,${encodeURIComponent(code)}`
}

it.each(examples)('the example of the README does what it says: %#', async (text) => {
  vi.spyOn(console, 'log').mockImplementation(() => {})
  vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
  await expect(import(/* @vite-ignore */ moduleOf(text))).resolves.toBeDefined()
})

it('finds the examples', () => {
  expect(examples.length).toBeGreaterThanOrEqual(3)
})
