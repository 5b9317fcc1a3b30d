/** Gathers what is asked for in one tick into as few requests as it takes. */

export interface GatheringRules<Item, Answer> {
  /** The most that one request takes. */
  size: number
  /** How many requests may be on their way at once. */
  lanes: number
  /** Items of one key share an answer. */
  keyOf: (item: Item) => string
  /** Carries out one request. Its answers stand in the order of the items. */
  request: (items: readonly Item[], signal: AbortSignal) => Promise<readonly Answer[]>
}

/** Asks for one item. The caller's signal detaches this caller alone. */
export type Ask<Item, Answer> = (item: Item, signal?: AbortSignal) => Promise<Answer>

interface Slot<Item, Answer> {
  readonly item: Item
  readonly answer: Promise<Answer>
  readonly resolve: (answer: Answer) => void
  readonly reject: (error: unknown) => void
  /** Callers that have not given up. */
  waiting: number
  /** Set once the request is made up: told of every caller who gives up. */
  onLeave: () => void
}

/** A request that fails does so for its own items only. One whose callers have all given up is aborted. */
export function createGathering<Item, Answer>(
  rules: GatheringRules<Item, Answer>,
): Ask<Item, Answer> {
  const gathered = new Map<string, Slot<Item, Answer>>()
  const queue: (() => Promise<void>)[] = []
  let running = 0

  function flush(): void {
    const slots = [...gathered.values()].filter(({ waiting }) => waiting > 0)
    gathered.clear()
    for (let start = 0; start < slots.length; start += rules.size) {
      const part = slots.slice(start, start + rules.size)
      queue.push(() => send(rules, part))
    }
    next()
  }

  function next(): void {
    const start = running < rules.lanes ? queue.shift() : undefined
    if (!start) return
    running += 1
    void start().finally(() => {
      running -= 1
      next()
    })
    next()
  }

  return (item, signal) => {
    if (gathered.size === 0) queueMicrotask(flush)
    const key = rules.keyOf(item)
    const slot = gathered.get(key) ?? createSlot<Item, Answer>(item)
    gathered.set(key, slot)
    return joined(slot, signal)
  }
}

function createSlot<Item, Answer>(item: Item): Slot<Item, Answer> {
  let resolve: Slot<Item, Answer>['resolve'] = () => {}
  let reject: Slot<Item, Answer>['reject'] = () => {}
  const answer = new Promise<Answer>((...both) => {
    ;[resolve, reject] = both
  })
  // Nobody may be waiting any more when it fails.
  answer.catch(() => {})
  return { item, answer, resolve, reject, waiting: 0, onLeave() {} }
}

async function send<Item, Answer>(
  { request }: GatheringRules<Item, Answer>,
  part: readonly Slot<Item, Answer>[],
): Promise<void> {
  const slots = part.filter(({ waiting }) => waiting > 0)
  if (slots.length === 0) return
  const controller = new AbortController()
  for (const slot of slots)
    slot.onLeave = () => {
      if (slots.every(({ waiting }) => waiting === 0)) controller.abort()
    }
  try {
    const items = slots.map(({ item }) => item)
    const answers = await request(items, controller.signal)
    for (const [i, answer] of answers.entries()) slots[i]?.resolve(answer)
  } catch (error) {
    for (const { reject } of slots) reject(error)
  }
}

/** The slot's answer, or the reason of the caller's own signal if that comes first. */
function joined<Item, Answer>(
  slot: Slot<Item, Answer>,
  signal: AbortSignal | undefined,
): Promise<Answer> {
  if (!signal) {
    slot.waiting += 1
    return slot.answer
  }
  return new Promise((resolve, reject) => {
    signal.throwIfAborted()
    slot.waiting += 1
    const leave = () => {
      slot.waiting -= 1
      slot.onLeave()
      reject(signal.reason)
    }
    signal.addEventListener('abort', leave, { once: true })
    void slot.answer.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave))
  })
}
