import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import privateNames from '../private-names.json' with { type: 'json' }

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8')

/** Where names stand that others see: users, the wire, other tabs, functions that apps hand in. */
const SEEN = [
  ...['types', 'errors', 'events', 'clock', 'wake-signals'].map((name) => `../src/${name}.ts`),
  ...readdirSync(new URL('../../protocol/src', import.meta.url)).map(
    (name) => `../../protocol/src/${name}`,
  ),
]

/** Members of the event log, which stands in the file of the public events. */
const INNER = ['hearers', 'recent']

it.each(privateNames.filter((name) => !INNER.includes(name)))(
  'the build shortens no member that somebody else reads: %s',
  (name) => {
    const member = new RegExp(`^\\s+(readonly )?${name}\\??(:|\\(.*\\): )|'${name}':`, 'm')
    expect(SEEN.filter((file) => member.test(read(file)))).toEqual([])
  },
)

it('the build shortens no key that is looked up by its text', () => {
  const sources = readdirSync(new URL('../src', import.meta.url)).filter((it) => it.endsWith('.ts'))
  const text = sources.map((file) => read(`../src/${file}`)).join('\n')
  expect(
    privateNames.filter((name) => new RegExp(`'${name}' in |\\['${name}'\\]`).test(text)),
  ).toEqual([])
})
