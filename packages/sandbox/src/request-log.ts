/** Counts the requests an emulated server has had. */

export interface RequestCount {
  method: string
  path: string
  /** 0 where the connection was destroyed instead of an answer. */
  status: number
  count: number
}

export interface RequestReport {
  total: number
  /** In the order in which each kind of request came first. */
  requests: readonly RequestCount[]
}

export interface RequestLog {
  add(method: string, path: string, status: number): void
  report(): RequestReport
  clear(): void
}

export function createRequestLog(): RequestLog {
  const counts = new Map<string, RequestCount>()
  return {
    add(method, path, status) {
      const key = `${method} ${path} ${status}`
      const known = counts.get(key) ?? { method, path, status, count: 0 }
      known.count += 1
      counts.set(key, known)
    },
    report() {
      const requests = [...counts.values()].map((count) => ({ ...count }))
      return { total: requests.reduce((sum, { count }) => sum + count, 0), requests }
    },
    clear: () => counts.clear(),
  }
}
