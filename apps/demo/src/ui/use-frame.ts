/** Runs a painter on every frame, outside React; once a second for those who asked for less motion. */
import { useEffect, useRef } from 'react'

const CALM_MS = 1000

/** Calls `paint` with the wall clock's time in epoch milliseconds while mounted. */
export function useFrame(paint: (now: number) => void): void {
  const latest = useRef(paint)
  useEffect(() => {
    latest.current = paint
    paint(Date.now())
  }, [paint])

  useEffect(() => {
    const motion = matchMedia('(prefers-reduced-motion: reduce)')
    let stop = start(motion.matches, () => latest.current(Date.now()))
    const restart = () => {
      stop()
      stop = start(motion.matches, () => latest.current(Date.now()))
    }
    motion.addEventListener('change', restart)
    return () => {
      motion.removeEventListener('change', restart)
      stop()
    }
  }, [])
}

function start(isCalm: boolean, paint: () => void): () => void {
  if (isCalm) {
    const timer = setInterval(paint, CALM_MS)
    return () => clearInterval(timer)
  }
  let frame = requestAnimationFrame(function next() {
    paint()
    frame = requestAnimationFrame(next)
  })
  return () => cancelAnimationFrame(frame)
}
