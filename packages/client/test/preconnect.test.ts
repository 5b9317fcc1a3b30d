import { afterEach, describe, expect, it, vi } from 'vitest'
import { stage } from './stage.ts'

afterEach(() => {
  vi.unstubAllGlobals()
})

/** A client that notes where it preconnects, and in which order that and requests came. */
function watched(options: Parameters<typeof stage>[0] = {}) {
  const deeds: string[] = []
  const scene = stage({ preconnect: (address) => deeds.push(address), ...options })
  scene.client.on('request', () => deeds.push('request'))
  return { ...scene, deeds }
}

const ORIGIN = 'https://cards.vault.example'

describe('a connection to a vault', () => {
  it('is opened before the broker is asked, where its origin is listed', async () => {
    const { client, deeds } = watched({ origins: { cards: [ORIGIN] } })
    await client.getToken('cards')
    expect(deeds).toEqual([ORIGIN, 'request'])
  })

  it('is opened to every origin that is listed for a group', async () => {
    const { client, deeds } = watched({
      origins: { records: ['https://a.example', 'https://b.example'] },
    })
    await client.getTokens('records')
    expect(deeds).toEqual(['https://a.example', 'https://b.example', 'request'])
  })

  it('is opened where the last token was for, once it has expired', async () => {
    const { client, clock, signals, deeds } = watched()
    signals.hide()
    await client.getToken('cards')
    expect(deeds).toEqual(['request'])
    await clock.advance(400_000)
    await client.getToken('cards')
    expect(deeds).toEqual(['request', `${ORIGIN}/`, 'request'])
  })

  it('is not opened for a refresh that nobody waits for, nor for a token that is there', async () => {
    const { client, clock, deeds } = watched({ origins: { cards: [ORIGIN] } })
    client.keepFresh('cards')
    await clock.advance(250_000)
    await client.getToken('cards')
    expect(deeds.filter((deed) => deed !== 'request')).toEqual([])
  })

  it('is a link that has come and gone, for calls without cookies', async () => {
    const links: object[] = []
    const head = {
      children: new Set<object>(),
      appendChild(link: object) {
        links.push({ ...link })
        head.children.add(link)
        return Object.assign(link, { remove: () => head.children.delete(link) })
      },
    }
    vi.stubGlobal('document', { head, createElement: () => ({}) })
    const { client } = stage({ origins: { cards: [ORIGIN] } })
    await client.getToken('cards')
    expect(links).toEqual([{ rel: 'preconnect', href: ORIGIN, crossOrigin: '' }])
    expect(head.children.size).toBe(0)
  })

  it('is nobody’s concern where there is no document', async () => {
    const { client } = stage({ origins: { cards: [ORIGIN] } })
    await expect(client.getToken('cards')).resolves.toBeDefined()
  })
})
