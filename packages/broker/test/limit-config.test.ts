import { expect, it } from 'vitest'
import { limitFaults } from '../src/limit-config.ts'

it.each<[Parameters<typeof limitFaults>[0], string, RegExp]>([
  [{ cache: {} }, 'cache', /not a cache/],
  [{ clientAddress: 'header' }, 'clientAddress', /where an address/],
  [{ clientAddress: { trustedProxies: 0 } }, 'clientAddress', /where an address/],
  [{ rateLimit: true }, 'rateLimit', /neither false nor/],
  [{ rateLimit: { perUser: false } }, 'rateLimit.perUser', /not an option/],
  [{ rateLimit: { global: 5 } }, 'rateLimit.global', /not a rate/],
  [{ rateLimit: { global: { count: 0.5, perSeconds: 1 } } }, 'rateLimit.global', /not a rate/],
  [
    { rateLimit: { global: { count: 5, perSeconds: 60, perMinutes: 1 } } },
    'rateLimit.global',
    /not a rate/,
  ],
  [
    { rateLimit: { perAddress: { count: 5, perSeconds: 60 } } },
    'rateLimit.perAddress',
    /counts nothing/,
  ],
  [{ upstream: 5 }, 'upstream', /not an object/],
  [{ upstream: { maxConcurent: 5 } }, 'upstream.maxConcurent', /not an option/],
  [{ upstream: { maxConcurrent: 0 } }, 'upstream.maxConcurrent', /above 0/],
])('refuses %o', (options, field, fault) => {
  expect(limitFaults(options)).toEqual([
    expect.objectContaining({ field, fault: expect.stringMatching(fault) }),
  ])
})

it('takes what is written as it should be', () => {
  const rate = { count: 5, perSeconds: 60 }
  expect(
    limitFaults({
      cache: () => ({}),
      clientAddress: { trustedProxies: 2 },
      rateLimit: { perAddress: rate, perPrincipal: false, global: rate },
      upstream: { maxConcurrent: 5, breakMs: 100 },
    }),
  ).toEqual([])
  expect(limitFaults({ rateLimit: false, clientAddress: 'socket' })).toEqual([])
})
