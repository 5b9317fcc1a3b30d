/** The broker's decisions about this session, asked for again and again. */
import { useQuery, useQueryClient } from '@tanstack/react-query'
import type { AuditEntry } from '../../server/session-view.ts'
import { currentUserId } from '../session.ts'

const POLL_MS = 2000
/** As many as the server keeps. */
const KEPT = 200

/** Newest first; `undefined` until the server has answered. */
export function useAudit(isPaused: boolean): readonly AuditEntry[] | undefined {
  const cache = useQueryClient()
  const queryKey = ['audit', currentUserId()]
  const { data } = useQuery({
    queryKey,
    async queryFn({ signal }) {
      const known = cache.getQueryData<readonly AuditEntry[]>(queryKey) ?? []
      const news = await loadAfter(known[0]?.id ?? 0, signal)
      return [...news, ...known].slice(0, KEPT)
    },
    refetchInterval: !isPaused && POLL_MS,
    gcTime: 0,
  })
  return data
}

async function loadAfter(id: number, signal: AbortSignal): Promise<readonly AuditEntry[]> {
  const response = await fetch(`/api/demo/audit?after=${id}`, { signal })
  if (!response.ok) throw new Error(`The demo's server answered ${response.status}.`)
  return response.json()
}
