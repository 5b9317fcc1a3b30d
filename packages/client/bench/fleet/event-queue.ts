/** Millions of moments to come, handed out in the order of time: a heap in two typed arrays. */

export interface EventQueue {
  push(at: number, what: number): void
  /** What is next, before `end`; -1 if nothing is. Its time is in `now`. */
  next(end: number): number
  /** Time of what `next` handed out last, in milliseconds. */
  now: number
}

const ARITY = 4

/** Creates a queue for at most `capacity` moments at a time. */
export function createEventQueue(capacity: number): EventQueue {
  const times = new Float64Array(capacity)
  const whats = new Int32Array(capacity)
  let size = 0

  function put(at: number, time: number, what: number): void {
    times[at] = time
    whats[at] = what
  }

  function move(from: number, to: number): void {
    put(to, times[from] as number, whats[from] as number)
  }

  function leastChild(parent: number): number {
    const first = parent * ARITY + 1
    const end = Math.min(first + ARITY, size)
    let least = first
    for (let at = first + 1; at < end; at += 1)
      if ((times[at] as number) < (times[least] as number)) least = at
    return least
  }

  /** Lets what was last sink from the top to its place. */
  function sink(time: number, what: number): void {
    let at = 0
    while (at * ARITY + 1 < size) {
      const child = leastChild(at)
      if ((times[child] as number) >= time) break
      move(child, at)
      at = child
    }
    put(at, time, what)
  }

  return {
    now: 0,
    push(time, what) {
      if (size === capacity) throw new RangeError(`more than ${capacity} moments`)
      let at = size
      size += 1
      while (at > 0) {
        const parent = Math.floor((at - 1) / ARITY)
        if ((times[parent] as number) <= time) break
        move(parent, at)
        at = parent
      }
      put(at, time, what)
    },
    next(end) {
      const time = times[0] as number
      if (size === 0 || time >= end) return -1
      const what = whats[0] as number
      size -= 1
      if (size > 0) sink(times[size] as number, whats[size] as number)
      this.now = time
      return what
    },
  }
}
