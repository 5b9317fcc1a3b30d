/** What the server counts for everybody. */
import { useQuery } from '@tanstack/react-query'
import type { StatsView } from '../../server/session-view.ts'

const POLL_MS = 2000

/** `undefined` until the server has answered. */
export function useStats(): StatsView | undefined {
  const { data } = useQuery({ queryKey: ['stats'], queryFn: loadStats, refetchInterval: POLL_MS })
  return data
}

export async function loadStats(options?: { signal: AbortSignal }): Promise<StatsView> {
  const response = await fetch('/api/demo/stats', { signal: options?.signal ?? null })
  if (!response.ok) throw new Error(`The demo's server answered ${response.status}.`)
  return response.json()
}
