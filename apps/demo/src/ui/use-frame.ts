/** Runs a painter while its element is in sight, outside React; once a second for those who asked for less motion. */
import { type RefObject, useEffect, useRef } from 'react'

/** Lanes move by a pixel or two in this time; each frame costs a paint, and more of them show little more. */
const FRAME_MS = 48
const CALM_MS = 1000

/** Calls `paint` with the wall clock's time in epoch milliseconds while mounted and in sight. */
export function useFrame(paint: (now: number) => void, place: RefObject<Element | null>): void {
  const latest = useRef(paint)
  useEffect(() => {
    latest.current = paint
    paint(Date.now())
  }, [paint])

  useEffect(() => {
    const motion = matchMedia('(prefers-reduced-motion: reduce)')
    let isInSight = false
    let stop = () => {}
    const restart = () => {
      stop()
      stop = isInSight ? start(motion.matches, () => latest.current(Date.now())) : () => {}
    }
    const observer = new IntersectionObserver((entries) => {
      isInSight = entries.at(-1)?.isIntersecting ?? false
      restart()
    })
    if (place.current) observer.observe(place.current)
    motion.addEventListener('change', restart)
    return () => {
      motion.removeEventListener('change', restart)
      observer.disconnect()
      stop()
    }
  }, [place])
}

function start(isCalm: boolean, paint: () => void): () => void {
  paint()
  if (isCalm) {
    const timer = setInterval(paint, CALM_MS)
    return () => clearInterval(timer)
  }
  let painted = 0
  let frame = requestAnimationFrame(function next(at) {
    // All painters in the same frame.
    const beat = Math.floor(at / FRAME_MS)
    if (beat !== painted) paint()
    painted = beat
    frame = requestAnimationFrame(next)
  })
  return () => cancelAnimationFrame(frame)
}
