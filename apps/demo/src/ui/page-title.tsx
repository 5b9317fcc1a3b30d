/** The heading of a screen; takes the focus when its screen replaces another. */
import { type ReactElement, type ReactNode, useEffect, useRef } from 'react'

interface PageTitleProps {
  className: string
  children: ReactNode
}

let screensShown = 0

export function PageTitle({ className, children }: PageTitleProps): ReactElement {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    // The button that led here is gone, and with it the place of keyboard and screen reader users.
    if (screensShown > 0) heading.current?.focus({ preventScroll: true })
    return () => {
      screensShown += 1
    }
  }, [])
  return (
    <h1 ref={heading} tabIndex={-1} className={`outline-none ${className}`}>
      {children}
    </h1>
  )
}
