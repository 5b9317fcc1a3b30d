/** Instants, tokens, events in words (pure). */
import type { TokenEvent, TokenStatus } from '@valetkey/client'
import type { Generation, Lane } from './lanes.ts'
import { isInSight, type TimeWindow } from './timeline.ts'

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
] as const

/** The two largest units: `1 min 5 s`. */
export function durationInWords(durationMs: number): string {
  let restMs = Math.max(0, durationMs)
  const words = UNITS.flatMap(([unit, unitMs]) => {
    const count = Math.floor(restMs / unitMs)
    restMs -= count * unitMs
    return count > 0 ? [`${count} ${unit}`] : []
  })
  return words.slice(0, 2).join(' ') || '0 s'
}

/** How far off an instant is: `in 5 s`, `5 s ago`. */
export function fromNow(at: number, now: number): string {
  const distanceMs = at - now
  if (Math.abs(distanceMs) < 1_000) return 'now'
  return distanceMs > 0
    ? `in ${durationInWords(distanceMs)}`
    : `${durationInWords(-distanceMs)} ago`
}

/** The time of day to the millisecond, as the clock of this machine has it. */
export function timeOfDay(at: number): string {
  const date = new Date(at)
  const two = (part: number) => String(part).padStart(2, '0')
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':')
  return `${time}.${String(date.getMilliseconds()).padStart(3, '0')}`
}

/** What a status says besides its one word. */
export function statusInWords(status: TokenStatus, now: number): string {
  const { members, error } = status
  const size = members && `group of ${members.length}`
  const trouble = error && `${error.code}: ${error.remediation}`
  const parts = [size, trouble, tokenInWords(status, now)]
  return parts.filter((part) => part !== undefined).join(' · ')
}

function tokenInWords(status: TokenStatus, now: number): string | undefined {
  const { expiresAt, generation } = status
  if (expiresAt === undefined) return undefined
  if (expiresAt <= now) return `token ${generation} · expired ${fromNow(expiresAt, now)}`
  return `token ${generation} · ${renewalInWords(status, now)} · expires ${fromNow(expiresAt, now)}`
}

function renewalInWords({ isRefreshing, refreshAt = 0 }: TokenStatus, now: number): string {
  if (isRefreshing) return 'being renewed'
  return refreshAt > now ? `due for renewal ${fromNow(refreshAt, now)}` : 'in its soft margin'
}

/** How a token ended, or how it stands. */
export function endOf({ endedAt, expiresAt, refreshAt }: Generation, now: number): string {
  if (endedAt !== undefined && endedAt <= now) return `given up ${fromNow(endedAt, now)}`
  if (expiresAt <= now) return 'expired'
  return refreshAt <= now ? 'soft margin' : 'fresh'
}

/** When a token began, falls due and ends. */
export function generationInWords({ mintedAt, refreshAt, expiresAt }: Generation): string {
  const parts = [
    `minted ${timeOfDay(mintedAt)}`,
    `soft margin from ${timeOfDay(refreshAt)}`,
    `expires ${timeOfDay(expiresAt)}`,
    `lives ${durationInWords(expiresAt - mintedAt)}`,
  ]
  return parts.join(' · ')
}

/** What a lane's chart shows, for those who do not see it. */
export function chartInWords({ audience, generations, marks }: Lane, window: TimeWindow): string {
  const tokens = generations.filter((one) => isInSight(one.mintedAt, one.expiresAt, window))
  const count = (kind: string) =>
    marks.filter((mark) => mark.kind === kind && isInSight(mark.at, mark.at, window)).length
  const counts = [
    counted(tokens.length, 'token'),
    counted(count('request'), 'broker request'),
    counted(count('failure'), 'failure'),
    counted(count('call'), 'vault call'),
    counted(count('refusal'), 'refusal'),
  ]
  const span = durationInWords(window.now - window.from)
  return `${audience}, the last ${span}: ${counts.join(', ')}`
}

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`

/** What an event says besides its type and time. */
export function factsInWords(event: TokenEvent): string {
  return Object.entries(event)
    .filter(([name, value]) => name !== 'type' && name !== 'at' && value !== undefined)
    .map(([name, value]) => `${name} ${factInWords(name, value)}`)
    .join(', ')
}

function factInWords(name: string, value: unknown): string {
  if (typeof value === 'number' && (name.endsWith('At') || name === 'until'))
    return timeOfDay(value)
  return Array.isArray(value) ? value.join(' ') : String(value)
}

/** Whether an event holds a text, as it is written in the list. */
export function mentions(event: TokenEvent, text: string): boolean {
  return `${event.type} ${factsInWords(event)}`.toLowerCase().includes(text.toLowerCase())
}
