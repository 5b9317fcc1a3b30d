import { MAX_REQUEST_BYTES } from '@valetkey/protocol'
import { describe, expect, it } from 'vitest'
import { readJsonBody } from '../src/request-body.ts'
import { createManualClock } from './harness.ts'

const URL_OF_TEST = 'https://app.test/'

function withBody(body: BodyInit, headers: Record<string, string> = {}): Request {
  const init: RequestInit & { duplex: 'half' } = { method: 'POST', body, headers, duplex: 'half' }
  return new Request(URL_OF_TEST, init)
}

/** A body that would never end, and counts what was taken from it. */
function endlessBody(): {
  body: ReadableStream<Uint8Array>
  taken: () => number
  cancelled: () => boolean
} {
  let taken = 0
  let cancelled = false
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      taken += 1024
      controller.enqueue(new Uint8Array(1024).fill(32))
    },
    cancel() {
      cancelled = true
    },
  })
  return { body, taken: () => taken, cancelled: () => cancelled }
}

describe('readJsonBody', () => {
  it('reads JSON that came in pieces, in the middle of a character too', async () => {
    const bytes = new TextEncoder().encode('{"a":"ü"}')
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        for (const byte of bytes) controller.enqueue(Uint8Array.of(byte))
        controller.close()
      },
    })
    await expect(readJsonBody(withBody(body))).resolves.toEqual({ a: 'ü' })
  })

  it('waits 15 s for a body that does not come, then lets go of it', async () => {
    const clock = createManualClock()
    let isCancelled = false
    const body = new ReadableStream<Uint8Array>({ cancel: () => void (isCancelled = true) })
    const read = readJsonBody(withBody(body), clock)
    await new Promise((resolve) => setImmediate(resolve))
    clock.advance(14_999)
    expect(isCancelled).toBe(false)
    clock.advance(1)
    await expect(read).rejects.toMatchObject({ code: 'invalid_request', status: 408 })
    expect(isCancelled).toBe(true)
  })

  it('takes 16 KiB and not a byte more', async () => {
    const fits = JSON.stringify('x'.repeat(MAX_REQUEST_BYTES - 2))
    await expect(readJsonBody(withBody(fits))).resolves.toHaveLength(MAX_REQUEST_BYTES - 2)
    await expect(readJsonBody(withBody(`${fits} `))).rejects.toMatchObject({ status: 413 })
  })

  it('counts what arrives and stops there, whatever Content-Length says', async () => {
    for (const headers of [{}, { 'Content-Length': '2' }]) {
      const { body, taken, cancelled } = endlessBody()
      await expect(readJsonBody(withBody(body, headers))).rejects.toMatchObject({ status: 413 })
      expect(taken()).toBeLessThanOrEqual(MAX_REQUEST_BYTES + 4096)
      expect(cancelled()).toBe(true)
    }
  })

  it('reads nothing of a body that calls itself too long', async () => {
    const { body, taken } = endlessBody()
    const request = withBody(body, { 'Content-Length': '20000' })
    await expect(readJsonBody(request)).rejects.toMatchObject({ status: 413 })
    // The first piece is the stream's own read-ahead.
    expect(taken()).toBeLessThanOrEqual(1024)
  })

  it('refuses a body that breaks off', async () => {
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        controller.error(new Error('reset'))
      },
    })
    await expect(readJsonBody(withBody(body))).rejects.toMatchObject({ code: 'invalid_request' })
  })

  it.each<[string, BodyInit]>([
    ['nothing', ''],
    ['half an object', '{"a":'],
    ['invalid UTF-8', Uint8Array.of(0x22, 0xff, 0x22)],
    ['UTF-16', Uint8Array.of(0xff, 0xfe, 0x7b, 0, 0x7d, 0)],
    ['a byte order mark', '\ufeff{}'],
    ['a lone bracket, 16,000 deep', '['.repeat(16_000)],
  ])('refuses %s', async (_, body) => {
    await expect(readJsonBody(withBody(body))).rejects.toMatchObject({
      code: 'invalid_request',
      status: 400,
    })
  })

  it('reads a request without a body as nothing', async () => {
    const request = new Request(URL_OF_TEST, { method: 'POST' })
    await expect(readJsonBody(request)).rejects.toMatchObject({ status: 400 })
  })
})
