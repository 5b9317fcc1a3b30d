/** Numbers and states, said for people. */
import { isTokenError, type TokenStatus } from '@valetkey/client'
import { isVaultError } from '@valetkey/secretvault'
import { isSkyflowError } from '@valetkey/skyflow'

/** `10 s`, `1 min 30 s`, `5 min`. */
export function seconds(durationMs: number): string {
  const whole = Math.round(durationMs / 1000)
  const minutes = Math.floor(whole / 60)
  const rest = whole % 60
  if (whole < 60) return `${whole} s`
  return rest === 0 ? `${minutes} min` : `${minutes} min ${rest} s`
}

/** How a token stands, in a few words. */
export function statusInWords({ status, isRefreshing }: TokenStatus): string {
  if (status === 'ready') return isRefreshing ? 'Renewing' : 'Ready'
  if (status === 'error') return 'No token'
  return status === 'pending' ? 'Asking' : 'Idle'
}

/** An error as the page shows it: what happened, what to do, where to read on. */
export interface ErrorWords {
  title: string
  /** In full, the mend included. */
  detail: string | undefined
  code: string | undefined
  docsUrl: string | undefined
}

export function errorInWords(error: unknown): ErrorWords {
  if (isTokenError(error)) {
    const { message, remediation, code, docsUrl } = error
    return { title: message, detail: remediation, code, docsUrl }
  }
  if (isVaultError(error) || isSkyflowError(error)) {
    const { message, code, docsUrl } = error
    return { title: message, detail: message, code, docsUrl }
  }
  const title = error instanceof Error ? error.message : 'Something failed.'
  return { title, detail: undefined, code: undefined, docsUrl: undefined }
}
