'use client'
/** The hook that shows what a client has told. */
import type { TokenClient } from '@valetkey/client'
import { useEffect, useState, useSyncExternalStore } from 'react'
import { NOTHING, type Recording, recorderOf } from './recorder.ts'

const TICK_MS = 500

export function useRecording(client: TokenClient): Recording {
  const { subscribe, snapshot } = recorderOf(client)
  return useSyncExternalStore(subscribe, snapshot, nothing)
}

const nothing = () => NOTHING

/** The time, twice a second; never before the latest event, of which it may not have heard. */
export function useNow(now: () => number, { events }: Recording): number {
  const [tickedAt, setTickedAt] = useState(now)
  useEffect(() => {
    const timer = setInterval(() => setTickedAt(now()), TICK_MS)
    return () => clearInterval(timer)
  }, [now])
  return Math.max(tickedAt, events.at(-1)?.at ?? 0)
}
