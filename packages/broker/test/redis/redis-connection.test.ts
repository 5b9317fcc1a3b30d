import { describe, expect, it } from 'vitest'
import type { BrokerEvent } from '../../src/events.ts'
import { createRedisConnection, type RedisConnection } from '../../src/redis/redis-connection.ts'
import { createManualClock, type ManualClock, until } from '../harness.ts'

interface Setup {
  clock: ManualClock
  connection: RedisConnection
  events: BrokerEvent[]
  /** Commands that reached the server. */
  sent: string[]
  server: { mood: 'well' | 'frozen' | 'gone' }
}

function setup(): Setup {
  const clock = createManualClock()
  const events: BrokerEvent[] = []
  const sent: string[] = []
  const server: Setup['server'] = { mood: 'well' }
  const client = {
    async call(command: string): Promise<unknown> {
      sent.push(command)
      if (server.mood === 'gone') throw new Error('connect ECONNREFUSED')
      if (server.mood === 'frozen') return new Promise(() => {})
      return `${command} done`
    },
  }
  const report = (event: BrokerEvent): void => void events.push(event)
  const connection = createRedisConnection({ client, clock, report, timeoutMs: 250 })
  return { clock, connection, events, sent, server }
}

describe('the connection to Redis', () => {
  it('costs one deadline when Redis freezes, and nothing until it is back', async () => {
    const { clock, connection, events, sent, server } = setup()
    await connection.send('GET')
    server.mood = 'frozen'
    const waiting = Array.from({ length: 100 }, () => connection.send('GET').catch(String))
    clock.advance(250)
    clock.advance(5)
    const reasons = await Promise.all(waiting)
    expect(new Set(reasons)).toEqual(new Set(['Error: Redis did not answer within 250 ms']))
    sent.length = 0
    for (let count = 0; count < 100; count += 1)
      await expect(connection.send('GET')).rejects.toThrow('Redis is away')
    expect(sent).toEqual([])
    expect(events).toMatchObject([{ event: 'cache', state: 'lost' }])

    // Asked again once a second, and nobody waits for it.
    clock.advance(1_000)
    await expect(connection.send('GET')).rejects.toThrow('Redis is away')
    await expect(connection.send('GET')).rejects.toThrow('Redis is away')
    expect(sent).toEqual(['PING'])
    clock.advance(250)
    clock.advance(5)
    server.mood = 'well'
    await until(() => clock.pending() === 0)
    clock.advance(1_000)
    expect(connection.isDown()).toBe(true)
    await until(() => !connection.isDown())
    await expect(connection.send('GET')).resolves.toBe('GET done')
    expect(events).toMatchObject([{ state: 'lost' }, { state: 'back' }])
  })

  it('costs no time at all when Redis is gone', async () => {
    const { connection, events, sent, server } = setup()
    server.mood = 'gone'
    await expect(connection.send('GET')).rejects.toThrow('ECONNREFUSED')
    await expect(connection.send('GET')).rejects.toThrow('Redis is away')
    expect(sent).toEqual(['GET'])
    expect(events).toMatchObject([{ state: 'lost', detail: 'Error: connect ECONNREFUSED' }])
  })

  it('does not take what was sent before a recovery for what is now', async () => {
    const { clock, connection, server } = setup()
    await connection.send('GET')
    server.mood = 'frozen'
    const early = connection.send('EARLY').catch(String)
    clock.advance(200)
    const late = connection.send('LATE').catch(String)
    clock.advance(50)
    clock.advance(5)
    await early
    server.mood = 'well'
    clock.advance(1_000)
    await until(() => !connection.isDown())
    clock.advance(5)
    await expect(late).resolves.toContain('250 ms')
    expect(connection.isDown()).toBe(false)
  })

  it('gives the first command the time that a connection takes', async () => {
    const { clock, connection, server } = setup()
    server.mood = 'frozen'
    const first = connection.send('GET').catch(String)
    clock.advance(999)
    expect(connection.isDown()).toBe(false)
    clock.advance(1)
    clock.advance(5)
    expect(await first).toContain('1000 ms')
  })
})
