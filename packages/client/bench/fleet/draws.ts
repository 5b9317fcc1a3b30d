/** Random draws that a seed alone decides, one stream for each of many. */

export interface Draws {
  /** The next draw of one stream, in [0, 1). */
  draw(stream: number): number
}

/** Creates streams that differ from one another; the algorithm is mulberry32. */
export function createDraws(streams: number, seed: number): Draws {
  const own = mix(seed + 0x9e3779b9)
  const states = Uint32Array.from({ length: streams }, (_, at) => mix(at ^ own))
  return {
    draw(stream) {
      const state = ((states[stream] as number) + 0x6d2b79f5) >>> 0
      states[stream] = state
      return mix(state) / 2 ** 32
    },
  }
}

function mix(state: number): number {
  let word = Math.imul(state ^ (state >>> 15), state | 1)
  word ^= word + Math.imul(word ^ (word >>> 7), word | 61)
  return (word ^ (word >>> 14)) >>> 0
}
