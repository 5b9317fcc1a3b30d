/** How one vault's token stands: a ring that empties, a word, where the token is. */
import { useTokenStatus } from '@valetkey/react'
import type { ReactElement } from 'react'
import { isProxied, type Vault } from '../audiences.ts'
import { CountdownRing } from './countdown-ring.tsx'
import { AlertIcon, CheckIcon, LockIcon, RenewIcon } from './icons.tsx'
import { statusInWords } from './words.ts'

export function TokenState({ audience }: Pick<Vault, 'audience'>): ReactElement {
  const status = useTokenStatus(audience)
  const isReady = status.status === 'ready'
  const Icon = status.status === 'error' ? AlertIcon : isReady ? CheckIcon : RenewIcon
  return (
    <div className="mt-3 flex items-center gap-3">
      <CountdownRing {...status} />
      <div className="min-w-0 text-sm">
        <p
          className={`flex items-center gap-1.5 font-semibold ${status.status === 'error' ? 'text-bad' : isReady ? 'text-good' : ''}`}
        >
          <Icon strokeWidth={3} />
          {statusInWords(status)}
        </p>
        <p className="text-muted">
          Generation <span className="tabular-nums">{status.generation}</span>
        </p>
        {status.error && <p className="text-xs break-words text-muted">{status.error.code}</p>}
        {!status.error && isProxied(audience) && (
          <p className="flex items-center gap-1 text-xs text-muted">
            <LockIcon /> at the broker
          </p>
        )}
      </div>
    </div>
  )
}
