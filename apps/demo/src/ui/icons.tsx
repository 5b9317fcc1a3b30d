/** The demo's icons; each is decoration beside words. */
import type { ReactElement, SVGProps } from 'react'

type IconProps = SVGProps<SVGSVGElement>

function icon(path: ReactElement): (props: IconProps) => ReactElement {
  return (props) => (
    <svg
      viewBox="0 0 24 24"
      width="1em"
      height="1em"
      fill="none"
      stroke="currentColor"
      strokeWidth="2"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      {...props}
    >
      {path}
    </svg>
  )
}

export const KeyIcon = icon(
  <>
    <circle cx="8" cy="9" r="4.5" />
    <path d="M11.5 12.5 20 21M16.5 17.5l2.5-2.5" />
  </>,
)
export const CheckIcon = icon(<path d="m5 12.5 4.5 4.5L19 7.5" />)
export const CrossIcon = icon(<path d="M6 6l12 12M18 6 6 18" />)
export const LockIcon = icon(
  <>
    <rect x="5" y="11" width="14" height="9" rx="2" />
    <path d="M8 11V8a4 4 0 0 1 8 0v3" />
  </>,
)
export const SplitIcon = icon(
  <path d="M12 3v6m0 0c0 4-7 3-7 9m7-9c0 4 7 3 7 9M12 9v12m0 0-2-2m2 2 2-2" />,
)
export const RenewIcon = icon(
  <path d="M20 11a8 8 0 0 0-14.3-4L4 9m0-5v5h5M4 13a8 8 0 0 0 14.3 4L20 15m0 5v-5h-5" />,
)
export const TrashIcon = icon(
  <path d="M5 7h14M10 7V4h4v3m-7 0 1 13h8l1-13M10.5 11v5.5m3-5.5v5.5" />,
)
export const EyeIcon = icon(
  <>
    <path d="M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12z" />
    <circle cx="12" cy="12" r="2.8" />
  </>,
)
export const SunIcon = icon(
  <>
    <circle cx="12" cy="12" r="4" />
    <path d="M12 2.5v2m0 15v2m9.5-9.5h-2m-15 0h-2m16.2-6.7-1.4 1.4M6.7 17.3l-1.4 1.4m13.4 0-1.4-1.4M6.7 6.7 5.3 5.3" />
  </>,
)
export const MoonIcon = icon(<path d="M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5z" />)
export const AlertIcon = icon(<path d="M12 4 2.5 20h19zM12 10v4.5m0 2.8v.2" />)
export const PowerIcon = icon(<path d="M12 3v8M6.5 6.5a8 8 0 1 0 11 0" />)
export const ArrowIcon = icon(<path d="M5 12h14m-6-6 6 6-6 6" />)
export const ChevronIcon = icon(<path d="m8 10 4 4 4-4" />)
export const CopyIcon = icon(
  <>
    <rect x="8.5" y="8.5" width="11.5" height="11.5" rx="2" />
    <path d="M15.5 8.5V6a2 2 0 0 0-2-2H6a2 2 0 0 0-2 2v7.5a2 2 0 0 0 2 2h2.5" />
  </>,
)
export const CodeIcon = icon(<path d="m8 7-5 5 5 5m8-10 5 5-5 5" />)
