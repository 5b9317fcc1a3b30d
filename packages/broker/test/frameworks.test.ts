import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import fastify from 'fastify'
import { describe, expect, it, onTestFinished } from 'vitest'
import { toNodeHandler } from '../src/node.ts'
import { BROWSER_HEADERS, createApp, type WireBody } from './harness.ts'

const init = {
  method: 'POST',
  headers: BROWSER_HEADERS,
  body: JSON.stringify({ tokens: [{ id: '1', audience: 'cards' }] }),
}

async function listen(app: ReturnType<typeof express>): Promise<string> {
  const server = createServer(app).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function ask(origin: string): Promise<unknown> {
  const response = await fetch(`${origin}/api/broker/tokens`, init)
  const { tokens } = (await response.json()) as WireBody
  return [response.status, response.headers.get('Cache-Control'), tokens?.[0]?.access_token]
}

const GRANTED = [200, 'no-store', 'test.cards.1']

describe('toNodeHandler in Express', () => {
  it.each<[string, (app: ReturnType<typeof express>) => void]>([
    ['no parser', () => {}],
    ['a parser of JSON', (app) => void app.use(express.json())],
    ['a parser of bytes', (app) => void app.use(express.raw({ type: '*/*' }))],
    ['a parser of text', (app) => void app.use(express.text({ type: '*/*' }))],
  ])('answers below a mounted router, behind %s', async (_, prepare) => {
    const app = express()
    prepare(app)
    const api = express.Router()
    api.use('/broker', toNodeHandler(createApp().broker))
    app.use('/api', api)
    expect(await ask(await listen(app))).toEqual(GRANTED)
  })

  it('leaves every other path to the app, its body unread', async () => {
    const app = express()
    app.use('/api', toNodeHandler(createApp().broker))
    app.use(express.json(), (request, response) => void response.json(request.body))
    const origin = await listen(app)
    const response = await fetch(`${origin}/api/other`, init)
    expect(await response.text()).toBe(init.body)
  })
})

describe('toNodeHandler in Fastify', () => {
  async function serve(isParsed: boolean): Promise<string> {
    const app = fastify()
    const handle = toNodeHandler(createApp().broker)
    app.register(
      async (scope) => {
        if (!isParsed) {
          scope.removeAllContentTypeParsers()
          scope.addContentTypeParser('*', (_request, _body, done) => done(null))
        }
        scope.all('/broker/*', (request, reply) => {
          reply.hijack()
          handle(
            isParsed ? Object.assign(request.raw, { body: request.body }) : request.raw,
            reply.raw,
          )
        })
      },
      { prefix: '/api' },
    )
    onTestFinished(() => app.close())
    return app.listen({ port: 0, host: '127.0.0.1' })
  }

  it('answers below a prefix with a body that Fastify has parsed', async () => {
    expect(await ask(await serve(true))).toEqual(GRANTED)
  })

  it('answers below a prefix with a body that is left to it', async () => {
    expect(await ask(await serve(false))).toEqual(GRANTED)
  })
})
