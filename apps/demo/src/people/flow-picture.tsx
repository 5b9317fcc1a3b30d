/** A picture of who holds what: the key at the broker, tokens in the page, the data in the vaults. */
import type { ReactElement } from 'react'

const NODES = [
  { position: 1, y: 20, text: 'a share' },
  { position: 2, y: 64, text: 'a share' },
  { position: 3, y: 108, text: 'a share' },
  { position: 4, y: 152, text: 'values' },
  { position: 5, y: 196, text: 'visits' },
  { position: 6, y: 240, text: 'wallet' },
]
const TOKEN_PATH = 'M132 130H218'
const TOKEN_PULSE_S = 3
const SHARE_PULSE_S = 2

export function FlowPicture({ lifetime }: { lifetime: string }): ReactElement {
  return (
    <svg viewBox="-1 0 562 260" aria-hidden="true" className="mt-8 hidden w-full max-w-xl sm:block">
      <path d={TOKEN_PATH} className="fill-none stroke-brass-deep" strokeWidth="1.5" />
      {NODES.map(({ position, y }) => (
        <path
          key={position}
          d={sharePath(y)}
          data-node={position}
          className="fill-none stroke-node/60"
          strokeWidth="1.5"
        />
      ))}
      <g className="motion-reduce:hidden">
        <Pulse path={TOKEN_PATH} durationS={TOKEN_PULSE_S} className="fill-brass-deep" />
        {NODES.map(({ position, y }) => (
          <g key={position} data-node={position}>
            <Pulse path={sharePath(y)} durationS={SHARE_PULSE_S} className="fill-node" />
          </g>
        ))}
      </g>
      <Box x={0} width={132} title="Broker" text="the signing key" isKeeper />
      <Box x={218} width={150} title="Your page" text={`tokens, ${lifetime} each`} />
      {NODES.map(({ position, y, text }) => (
        <Vault key={position} position={position} y={y} text={text} />
      ))}
    </svg>
  )
}

function sharePath(y: number): string {
  return `M368 130C430 130 430 ${y} 476 ${y}`
}

interface BoxProps {
  x: number
  width: number
  title: string
  text: string
  /** Holds the secret. */
  isKeeper?: boolean
}

function Box({ x, width, title, text, isKeeper = false }: BoxProps): ReactElement {
  const style = isKeeper ? 'fill-brass-wash stroke-brass-deep' : 'fill-surface stroke-line-strong'
  return (
    <g transform={`translate(${x} 97)`}>
      <rect width={width} height="66" rx="12" className={style} strokeWidth="1.5" />
      <text x={width / 2} y="29" textAnchor="middle" className="fill-ink text-[15px] font-semibold">
        {title}
      </text>
      <text x={width / 2} y="48" textAnchor="middle" className="fill-muted text-[12.5px]">
        {text}
      </text>
    </g>
  )
}

interface VaultProps {
  position: number
  y: number
  text: string
}

function Vault({ position, y, text }: VaultProps): ReactElement {
  return (
    <g data-node={position} transform={`translate(476 ${y - 19})`}>
      <rect width="84" height="38" rx="10" className="fill-surface stroke-node" strokeWidth="1.5" />
      {position === 1 && <circle cx="18" cy="19" r="5.5" className="fill-node" />}
      {position === 2 && <path d="M18 13l6 11.5H12z" className="fill-node" />}
      {position === 3 && (
        <rect x="12.5" y="13.5" width="11" height="11" rx="1.5" className="fill-node" />
      )}
      {position === 4 && <path d="M18 12l7 7-7 7-7-7z" className="fill-node" />}
      {position === 5 && (
        <path d="M15.2 13.6h5.6L25 19l-4.2 5.4h-5.6L11 19z" className="fill-node" />
      )}
      {position === 6 && <path d="M16 13h4v4h4v4h-4v4h-4v-4h-4v-4h4z" className="fill-node" />}
      <text x="31" y="23.5" className="fill-ink text-[12.5px] font-medium">
        {text}
      </text>
    </g>
  )
}

interface PulseProps {
  path: string
  durationS: number
  className: string
}

function Pulse({ path, durationS, className }: PulseProps): ReactElement {
  return (
    <circle r="4.5" className={className}>
      <animateMotion
        path={path}
        dur={`${durationS}s`}
        repeatCount="indefinite"
        calcMode="spline"
        keyTimes="0;1"
        keySplines="0.4 0 0.2 1"
      />
    </circle>
  )
}
