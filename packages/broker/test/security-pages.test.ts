import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const root = new URL('../../../', import.meta.url)
const read = (path: string): string => readFileSync(fileURLToPath(new URL(path, root)), 'utf8')

interface Cited {
  file: string
  title: string
}

/** What a page cites as evidence: `title` of a file that is linked behind it. */
function citedIn(page: string): Cited[] {
  const links = read(page).matchAll(/“([^”]+)” \[[^\]]*\]\(\.\.\/\.\.\/([^)]+)\)/g)
  return [...links].map(([, title = '', file = '']) => ({ title, file }))
}

function missingIn(cited: readonly Cited[]): Cited[] {
  return cited.filter(({ file, title }) => !read(file).includes(title))
}

describe('docs/security', () => {
  it('names for each of the faults 5 to 38 tests that exist', () => {
    const page = read('docs/security/faults.md')
    const rows = page.split('\n').filter((line) => /^\| \d+ /.test(line))
    expect(rows.map((row) => Number(/\d+/.exec(row)?.[0]))).toEqual(
      Array.from({ length: 34 }, (_, index) => index + 5),
    )
    expect(rows.filter((row) => !row.includes('“'))).toEqual([])
    expect(missingIn(citedIn('docs/security/faults.md'))).toEqual([])
  })

  it('names for each clause a test that exists, or says why there is none', () => {
    const page = read('docs/security/clauses.md')
    const rows = page
      .split('\n')
      .filter((line) => /^\| [^-|]+\|/.test(line) && !/^\| (clause|requirement) /.test(line))
    expect(rows.length).toBeGreaterThan(50)
    expect(
      rows.filter((row) => !/“|not applicable|of the app|not met|documentation/.test(row)),
    ).toEqual([])
    expect(missingIn(citedIn('docs/security/clauses.md'))).toEqual([])
  })
})
