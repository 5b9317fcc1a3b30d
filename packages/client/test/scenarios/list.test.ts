import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const root = new URL('../../../../', import.meta.url)
const page = readFileSync(new URL('docs/scenarios.md', root), 'utf8')

/** How many scenarios each suite has that we mean to cover. */
const COUNTS: Record<string, number> = {
  Auth0: 10,
  Supabase: 12,
  Clerk: 13,
  Firebase: 8,
  MSAL: 5,
  'oidc-client-ts': 5,
  Okta: 5,
  Azure: 11,
  Ably: 9,
  Convex: 5,
  WorkOS: 4,
  AXA: 4,
  'axios-auth-refresh, badgateway': 5,
  'atproto, SuperTokens, Keycloak, Google, Amplify, AWS, LiveKit': 11,
  'Our own torture list': 21,
}

interface Row {
  readonly scenario: string
  readonly file: string
  readonly title: string
}

const suites = Object.fromEntries(
  page
    .split(/^## /m)
    .slice(1)
    .map((section) => {
      const [name = '', ...lines] = section.split('\n')
      return [name, lines.filter((line) => /^\| (?!scenario)/.test(line)).map(rowOf)]
    }),
)

function rowOf(line: string): Row {
  const [scenario = '', file = '', title = ''] = line.slice(2, -2).split(' | ')
  return { scenario, file, title }
}

/** A test's title stands as a text of its own in its file; in a table of cases, too. */
function hasTitle({ file, title }: Row): boolean {
  const text = readFileSync(new URL(`packages/${file}`, root), 'utf8')
  return ["'", '"', '`'].some((quote) => text.includes(`${quote}${title}${quote}`))
}

describe('the list of scenarios', () => {
  it('has every scenario of every suite', () => {
    const counts = Object.fromEntries(
      Object.entries(suites).map(([name, rows]) => [name, rows.length]),
    )
    expect(counts).toEqual(COUNTS)
  })

  it.each(Object.entries(suites))('names a test or a reason for each of %s', (_, rows) => {
    const reasons = rows.filter(({ file }) => file === '–')
    expect(reasons.filter(({ title }) => !title.endsWith('.'))).toEqual([])
    const tests = rows.filter(({ file }) => file !== '–')
    expect(tests.filter((row) => !hasTitle(row))).toEqual([])
  })
})
