import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { BROWSER_HEADERS, until } from './harness.ts'
import { tell } from './policy/counts.ts'
import { createProxied, type VaultHandler } from './proxy-harness.ts'

const MIB = 1024 * 1024
const SIZE_MIB = process.env.VALETKEY_NIGHTLY === '1' ? 100 : 20
const SIZE = SIZE_MIB * MIB
/** More than four sockets take by themselves. */
const LONG = 50 * MIB
const ROOM = { maxBodyBytes: Math.max(SIZE, LONG) }
/** For buffers of a client and two servers; who keeps what has passed holds half of it in the middle. */
const MOST_HELD = 5 * MIB

const PIECE = Buffer.alloc(64 * 1024, 'valet key ')

/** Never in memory together. */
function* pieces(size: number): Generator<Buffer> {
  for (let sent = 0; sent < size; sent += PIECE.length) yield PIECE
}

function digestOfAll(size: number): string {
  const hash = createHash('sha256')
  for (const piece of pieces(size)) hash.update(piece)
  return hash.digest('hex')
}

async function digestOf(stream: Readable, onPiece: () => void = () => {}): Promise<string> {
  const hash = createHash('sha256')
  for await (const piece of stream) {
    hash.update(piece as Buffer)
    onPiece()
  }
  return hash.digest('hex')
}

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

/** How much more is in use than at the start, garbage aside. */
function createMeter(): { look: () => void; held: () => number } {
  const inUse = (): number => {
    collectGarbage()
    const { arrayBuffers, heapUsed } = process.memoryUsage()
    return arrayBuffers + heapUsed
  }
  const start = inUse()
  const seen: number[] = []
  let looks = 0
  return {
    look: () => {
      looks += 1
      if (looks % 32 === 0) seen.push(inUse() - start)
    },
    // The least of the second half: garbage comes on top now and then, what is kept is there each time.
    held: () => Math.min(...seen.slice(Math.floor(seen.length / 2))),
  }
}

async function upload(url: string, body: Readable, headers: Record<string, string>) {
  const outgoing = request(url, { method: 'POST', headers: { ...BROWSER_HEADERS, ...headers } })
  const answered = once(outgoing, 'response') as Promise<[IncomingMessage]>
  await pipeline(body, outgoing)
  const [answer] = await answered
  return { status: answer.statusCode, text: (await answer.toArray()).join('') }
}

describe(`${SIZE_MIB} MiB`, { timeout: 60_000 }, () => {
  const digest = digestOfAll(SIZE)

  it.each<[string, Record<string, string>]>([
    ['of known length', { 'Content-Length': String(SIZE) }],
    ['in chunks', {}],
  ])('up, %s, pass at constant memory', async (_, headers) => {
    const meter = createMeter()
    const { url, vault } = await createProxied({
      audience: ROOM,
      vault: (incoming, outgoing) => {
        void digestOf(incoming, meter.look).then((hex) => outgoing.end(hex))
      },
    })
    const { status, text } = await upload(`${url}v1/x`, Readable.from(pieces(SIZE)), headers)
    expect([status, text]).toEqual([200, digest])
    expect(meter.held()).toBeLessThan(MOST_HELD)
    tell(`${SIZE_MIB} MiB up: ${(meter.held() / MIB).toFixed(1)} MiB held in the middle`)
    const { 'content-length': length, 'transfer-encoding': encoding } = vault.seen[0]!.headers
    expect([length, encoding]).toEqual(
      headers['Content-Length'] ? [String(SIZE), undefined] : [undefined, 'chunked'],
    )
  })

  it.each<[string, Record<string, string>]>([
    ['of known length', { 'Content-Length': String(SIZE) }],
    ['in chunks', {}],
  ])('down, %s, pass at constant memory', async (_, headers) => {
    const meter = createMeter()
    const { url, proxied } = await createProxied({
      audience: ROOM,
      vault: (_incoming, outgoing) => {
        outgoing.writeHead(200, headers)
        void pipeline(Readable.from(pieces(SIZE)), outgoing)
      },
    })
    const [answer] = (await once(
      request(`${url}v1/x`, { headers: BROWSER_HEADERS }).end(),
      'response',
    )) as [IncomingMessage]
    expect(answer.headers['content-length']).toBe(headers['Content-Length'])
    expect(await digestOf(answer, meter.look)).toBe(digest)
    expect(meter.held()).toBeLessThan(MOST_HELD)
    tell(`${SIZE_MIB} MiB down: ${(meter.held() / MIB).toFixed(1)} MiB held in the middle`)
    expect(proxied()).toMatchObject([{ responseBytes: SIZE, outcome: 'complete' }])
  })
})

describe('50 MiB that nobody takes', { timeout: 60_000 }, () => {
  const longDigest = digestOfAll(LONG)

  it('wait at their source while the vault takes nothing', async () => {
    const gate = createGate()
    const { url } = await createProxied({ audience: ROOM, vault: gate.vault })
    let sent = 0
    const source = Readable.from(
      (function* () {
        for (const piece of pieces(LONG)) {
          sent += piece.length
          yield piece
        }
      })(),
    )
    const answered = upload(`${url}v1/x`, source, {})
    const stuckAt = await untilStill(() => sent)
    // What is left over went into the buffers of four sockets.
    expect(stuckAt).toBeLessThan(LONG / 2)
    gate.open()
    expect(await answered).toEqual({ status: 200, text: longDigest })
  })

  it('wait at the vault while the page takes nothing', async () => {
    let sent = 0
    const { url } = await createProxied({
      audience: ROOM,
      vault: (_, outgoing) => {
        const source = (function* () {
          for (const piece of pieces(LONG)) {
            sent += piece.length
            yield piece
          }
        })()
        void pipeline(Readable.from(source), outgoing)
      },
    })
    const [answer] = (await once(
      request(`${url}v1/x`, { headers: BROWSER_HEADERS }).end(),
      'response',
    )) as [IncomingMessage]
    expect(await untilStill(() => sent)).toBeLessThan(LONG / 2)
    expect(await digestOf(answer)).toBe(longDigest)
  })
})

/** A vault that reads nothing until it is opened. */
function createGate(): { vault: VaultHandler; open: () => void } {
  let open = (): void => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return {
    vault: (incoming, outgoing) => {
      void opened.then(async () => outgoing.end(await digestOf(incoming)))
    },
    open,
  }
}

/** The value that `read` comes to rest at, above zero. */
async function untilStill(read: () => number): Promise<number> {
  await until(() => read() > 0)
  let last = 0
  for (let rounds = 0; rounds < 300; rounds += 1) {
    if (read() !== last) rounds = 0
    last = read()
    await new Promise((resolve) => setImmediate(resolve))
  }
  return last
}
