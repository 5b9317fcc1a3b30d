/** Numbers and states, said for people. */
import { isTokenError, type TokenStatus } from '@valetkey/client'
import { isNexusRunDbError } from '@valetkey/nexusrundb'
import { isVaultError } from '@valetkey/secretvault'
import { isSkyflowError } from '@valetkey/skyflow'
import { isWaltidError } from '@valetkey/waltid'

const MINUTE_S = 60
const HOUR_S = 3600
const DAY_S = 86_400

/** `10 s`, `1 min 30 s`, `5 min`; in two units at most: `7 h 59 min`, `30 days`. */
export function seconds(durationMs: number): string {
  const whole = Math.round(durationMs / 1000)
  if (whole < MINUTE_S) return `${whole} s`
  if (whole < HOUR_S) return inTwo([Math.floor(whole / MINUTE_S), 'min'], [whole % MINUTE_S, 's'])
  const minutes = Math.floor((whole % HOUR_S) / MINUTE_S)
  if (whole < 2 * DAY_S) return inTwo([Math.floor(whole / HOUR_S), 'h'], [minutes, 'min'])
  return `${Math.round(whole / DAY_S)} days`
}

function inTwo([large, largeUnit]: [number, string], [small, smallUnit]: [number, string]): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`
}

/** The same sentence, never broken between a number and its unit. */
export function unbroken(words: string): string {
  return words.replaceAll(/(?<=\d) (?=(?:ms|s|min|h|days)\b)/g, '\u00A0')
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
  if (
    isVaultError(error) ||
    isSkyflowError(error) ||
    isNexusRunDbError(error) ||
    isWaltidError(error)
  ) {
    const { message, code, docsUrl } = error
    return { title: message, detail: message, code, docsUrl }
  }
  const title = error instanceof Error ? error.message : 'Something failed.'
  return { title, detail: undefined, code: undefined, docsUrl: undefined }
}
