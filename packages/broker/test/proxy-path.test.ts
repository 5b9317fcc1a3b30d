import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { joinResource, readProxyTarget, readResource } from '../src/proxy-path.ts'

const PREFIX = '/api/broker/proxy/'

describe('readProxyTarget', () => {
  it('takes audience, path and query apart and leaves each as it is', () => {
    expect(
      readProxyTarget(`${PREFIX}records%2Fdid:nil:a/v1/a%20b;c/?d=%2F#`.slice(0, -1), PREFIX),
    ).toEqual({ audience: 'records/did:nil:a', path: '/v1/a%20b;c/', query: '?d=%2F' })
    expect(readProxyTarget(`${PREFIX}records%2Fdid%3Anil%3Aa/`, PREFIX)).toEqual({
      audience: 'records/did:nil:a',
      path: '/',
      query: '',
    })
  })

  it('quotes nothing of what it refuses', () => {
    expect(() => readProxyTarget(`${PREFIX}cards/canary/../x`, PREFIX)).toThrow(
      expect.not.objectContaining({ message: expect.stringContaining('canary') }),
    )
  })

  it('gives back only what every parser reads as it is spelled', () => {
    const piece = fc.oneof(
      fc.constantFrom('..', '.', '/', '//', '\\', '%2e', '%2F', '%5c', '%25', '%00', '%', ';', '#'),
      fc.constantFrom('%c0%ae', '%ef%bc%8f', '?', ':', '@', 'evil.example', 'a', '%41', ' ', '\t'),
      fc.string({ maxLength: 2 }),
    )
    const targets = fc
      .array(piece, { maxLength: 8 })
      .map((pieces) => `${PREFIX}cards/${pieces.join('')}`)
    fc.assert(
      fc.property(targets, (target) => {
        const read = attempt(() => readProxyTarget(target, PREFIX))
        if (!read) return
        const { path, query } = read
        const url = new URL(`https://vault.example/base${path}${query}`)
        expect(url.origin).toBe('https://vault.example')
        expect(url.pathname).toBe(`/base${path}`)
        const plain = decodeURIComponent(path)
        expect(plain.split('/').length).toBe(path.split('/').length)
        expect(plain).not.toMatch(/\/\/|\\|%|\p{Cc}/u)
        expect(plain.split('/')).not.toContain('..')
        expect(joinResource('https://vault.example/base/', read)?.href).toBe(url.href)
      }),
      { numRuns: 10_000 },
    )
  })
})

function attempt<T>(work: () => T): T | undefined {
  try {
    return work()
  } catch {
    return undefined
  }
}

describe('joinResource', () => {
  const target = { path: '/v1/x', query: '?a=b' }

  it.each([
    ['https://vault.example', 'https://vault.example/v1/x?a=b'],
    ['https://vault.example/', 'https://vault.example/v1/x?a=b'],
    ['https://vault.example/base', 'https://vault.example/base/v1/x?a=b'],
    ['https://vault.example/base/', 'https://vault.example/base/v1/x?a=b'],
    ['http://127.0.0.1:8080/', 'http://127.0.0.1:8080/v1/x?a=b'],
  ])('joins to %s by concatenation', (resource, joined) => {
    expect(joinResource(resource, target)?.href).toBe(joined)
  })

  it.each([
    'vault.example',
    '/base/',
    'ftp://vault.example/',
    'https://user@vault.example/',
    'https://user:pass@vault.example/',
    'https://vault.example/?q=',
    'https://vault.example/#f',
    'javascript:alert(1)',
    '',
  ])('joins nothing to %s', (resource) => {
    expect(readResource(resource)).toBeUndefined()
    expect(joinResource(resource, target)).toBeUndefined()
  })

  it.each(['/../x', '/./x', '/x/%2e%2e/y', '\\..\\x', '/a b'])(
    'has the last word even over a path that nobody checked: %s',
    (path) => {
      expect(joinResource('https://vault.example/base/', { path, query: '' })).toBeUndefined()
    },
  )

  it.each(['@evil.example/x', '.evil.example/x', ':80@evil.example/'])(
    'never leaves the host for a path that is none: %s',
    (path) => {
      expect(joinResource('https://vault.example', { path, query: '' })).toBeUndefined()
    },
  )
})
