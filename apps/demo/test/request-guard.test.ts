/** Who may change something. */
import { describe, expect, it } from 'vitest'
import { isOwnPage } from '../server/request-guard.ts'

const own = ['http://localhost:4173']
const judge = (headers: Record<string, string>) => isOwnPage(new Headers(headers), own)

describe('isOwnPage', () => {
  it('takes what the browser calls same-origin, wherever the page is served from', () => {
    expect(judge({ 'sec-fetch-site': 'same-origin', origin: 'https://proxied.example' })).toBe(true)
  })

  it('takes a listed origin from browsers that say no more', () => {
    expect(judge({ origin: 'http://localhost:4173' })).toBe(true)
  })

  it.each([
    { 'sec-fetch-site': 'cross-site', origin: 'http://localhost:4173' },
    { 'sec-fetch-site': 'same-site', origin: 'http://localhost:4173' },
    { 'sec-fetch-site': 'none' },
    { origin: 'http://localhost:4174' },
    { origin: 'null' },
    {},
  ])('refuses %j', (headers) => {
    expect(judge(headers as Record<string, string>)).toBe(false)
  })
})
