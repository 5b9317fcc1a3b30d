/** Keeps so many connections busy for a while; counts answers, errors, waits. */
import { connect, type Socket } from 'node:net'

export interface Load {
  readonly answers: number
  /** Anything but a 200 with a body of its declared length. */
  readonly errors: number
  readonly seconds: number
  /** Of each answer, in no order. */
  readonly waitsMs: readonly number[]
}

export interface LoadOptions {
  readonly connections: number
  readonly seconds: number
  readonly request: Buffer
}

interface Tally {
  waitsMs: number[]
  errors: number
}

export async function load(url: string, options: LoadOptions): Promise<Load> {
  const { hostname, port } = new URL(url)
  const tally: Tally = { waitsMs: [], errors: 0 }
  const beganAt = performance.now()
  const endsAt = beganAt + options.seconds * 1_000
  await Promise.all(
    Array.from({ length: options.connections }, () =>
      keepBusy(connect(Number(port), hostname), { tally, endsAt, request: options.request }),
    ),
  )
  const seconds = (performance.now() - beganAt) / 1_000
  return { answers: tally.waitsMs.length, errors: tally.errors, seconds, waitsMs: tally.waitsMs }
}

interface Busy {
  tally: Tally
  endsAt: number
  request: Buffer
}

async function keepBusy(socket: Socket, { tally, endsAt, request }: Busy): Promise<void> {
  let sentAt = 0
  let received = ''
  const send = (): void => {
    if (performance.now() >= endsAt) return void socket.end()
    sentAt = performance.now()
    socket.write(request)
  }
  socket.setNoDelay(true).setEncoding('latin1')
  socket.on('error', () => (tally.errors += 1))
  socket.on('data', (chunk: string) => {
    received += chunk
    const isWhole = isWholeAnswer(received)
    if (isWhole === undefined) return
    if (isWhole && received.startsWith('HTTP/1.1 200 '))
      tally.waitsMs.push(performance.now() - sentAt)
    else tally.errors += 1
    received = ''
    send()
  })
  socket.once('connect', send)
  await new Promise((resolve) => socket.once('close', resolve))
}

/** `undefined` while bytes are missing, `false` if there are too many. */
function isWholeAnswer(text: string): boolean | undefined {
  const headEnd = text.indexOf('\r\n\r\n')
  if (headEnd === -1) return undefined
  const head = text.slice(0, headEnd)
  const bodyLength = text.length - headEnd - 4
  const declared = /\r\ncontent-length: (\d+)/i.exec(head)?.[1]
  if (declared === undefined) return text.endsWith('\r\n0\r\n\r\n') ? true : undefined
  if (bodyLength < Number(declared)) return undefined
  return bodyLength === Number(declared)
}
