import { globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'

const root = join(import.meta.dirname, '..', 'src')
const sources = new Map(
  globSync('**/*.{ts,tsx}', { cwd: root }).map((name) => [
    name.replaceAll('\\', '/'),
    readFileSync(join(root, name), 'utf8'),
  ]),
)
const isMarked = (text: string) => text.startsWith("'use client'\n")
/** Without comments, in which hooks are shown. */
const codeOf = (text: string) => text.replaceAll(/\/\*[^]*?\*\/|\/\/.*/g, '')
const needsBrowser = (name: string, text: string) =>
  name.endsWith('.tsx') || /\buse[A-Z]\w*(?:<\w+>)?\(|\bcreateContext\b/.test(codeOf(text))

/** The files that importing one brings along; types bring nothing. */
function reachedFrom(name: string, reached = new Set<string>()): Set<string> {
  reached.add(name)
  const text = codeOf(sources.get(name) ?? '')
  for (const [, path = ''] of text.matchAll(/^(?:import|export) (?!type)[^']*from '(\..*)'$/gm)) {
    const next = join(dirname(name), path).replaceAll('\\', '/')
    if (!reached.has(next)) reachedFrom(next, reached)
  }
  return reached
}

it("marks as 'use client' what has hooks, components or a context, and nothing else", () => {
  const marked = [...sources].filter(([, text]) => isMarked(text)).map(([name]) => name)
  const needy = [...sources]
    .filter(([name, text]) => needsBrowser(name, text))
    .map(([name]) => name)
  expect(marked.length).toBeGreaterThan(15)
  expect(marked).toEqual(needy)
})

it('has neither React nor a marked file in @valetkey/react/query, for loaders and server components', () => {
  const reached = [...reachedFrom('query.ts')].map((name) => ({
    name,
    text: sources.get(name) ?? '',
  }))
  expect(reached.length).toBeGreaterThan(3)
  const wrong = reached.filter(({ text }) => isMarked(text) || /from 'react'/.test(codeOf(text)))
  expect(wrong.map(({ name }) => name)).toEqual([])
})
