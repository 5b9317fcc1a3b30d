import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const IMPORT = /(?:\bfrom |\bimport\()'([^']+)'/g

/** Every module that `entry` reaches within the package, and every package it names. */
function reachOf(entry: string): { files: Set<string>; packages: Set<string> } {
  const files = new Set<string>()
  const packages = new Set<string>()
  const visit = (url: URL) => {
    if (files.has(url.pathname)) return
    files.add(url.pathname)
    for (const [, path = ''] of readFileSync(url, 'utf8').matchAll(IMPORT))
      if (path.startsWith('.')) visit(new URL(path, url))
      else packages.add(path)
  }
  visit(new URL(`../src/${entry}`, import.meta.url))
  return { files, packages }
}

describe('the two halves of the package', () => {
  it('share no file', () => {
    const browser = reachOf('index.ts')
    const server = reachOf('minter/index.ts')
    expect([...browser.files].filter((file) => server.files.has(file))).toEqual([])
  })

  it('bring no server code to the browser, and nothing of Node to the server at the edge', () => {
    expect([...reachOf('index.ts').packages].toSorted()).toEqual([
      '@standard-schema/spec',
      '@standard-schema/utils',
      '@valetkey/client',
      '@valetkey/protocol',
      'jwt-decode',
      'ky',
    ])
    expect([...reachOf('minter/index.ts').packages].toSorted()).toEqual([
      '@valetkey/broker',
      '@valetkey/broker/credential',
      '@valetkey/broker/upstream',
    ])
  })
})
