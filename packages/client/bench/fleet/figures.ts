/** What a run's count of requests says, in ratios. */
import type { World } from './world.ts'

export interface Figures {
  /** Requests a second once the fleet has settled. */
  readonly usual: number
  /** That, over what arithmetic expects. */
  readonly overExpected: number
  /** Highest rate of one second over the usual rate: before the outage, from its start on. */
  readonly steadyPeak: number
  readonly outagePeak: number
  /** Highest rate of a sixtieth of the lifetime over the usual rate, before the outage. */
  readonly steadyPeakOfSixtieths: number
}

/** Mean share of its life after which a client asks again: the refresh point is even between 50 and 90 %. */
const MEAN_SHARE = 0.7
/** Mean share of its life that a shared token has left when handed out: between all and 80 %. */
const MEAN_LEFT = 0.9

export function figuresOf({ plan, perSecond }: World): Figures {
  const { clients, lifetimeMs, shared, fixedMarginMs, outageAtMs, endMs } = plan
  const [lifetime, outage, end] = [lifetimeMs / 1_000, outageAtMs / 1_000, endMs / 1_000]
  const settled = perSecond.subarray(outage - 2 * lifetime, outage)
  const usual = highest(settled, settled.length)
  const turn = lifetime * MEAN_SHARE * (shared ? MEAN_LEFT : 1)
  const expected = clients / (fixedMarginMs ? lifetime - fixedMarginMs / 1_000 : turn)
  return {
    usual,
    overExpected: usual / expected,
    steadyPeak: highest(settled, 1) / usual,
    outagePeak: highest(perSecond.subarray(outage, end), 1) / usual,
    steadyPeakOfSixtieths: highest(settled, lifetime / 60) / usual,
  }
}

/** Highest mean of any `width` seconds that begin at a multiple of it. */
function highest(counts: Uint32Array, width: number): number {
  return Math.max(...meansOf(counts, width))
}

/** Means of neighbouring pieces of `width` seconds. */
export function meansOf(counts: Uint32Array, width: number): number[] {
  return Array.from({ length: Math.floor(counts.length / width) }, (_, piece) => {
    const part = counts.subarray(piece * width, (piece + 1) * width)
    return part.reduce((sum, count) => sum + count, 0) / width
  })
}
