/** Decisions as a table that scrolls within its frame. */
import type { ReactElement } from 'react'
import type { AuditEntry } from '../../server/session-view.ts'
import { isProxied } from '../audiences.ts'
import { SHOWN } from './audit-filter.ts'
import { CheckIcon, CrossIcon, LockIcon } from '../ui/icons.tsx'

const time = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' })
const VIA: Readonly<Record<AuditEntry['via'], string>> = {
  tokens: 'page asked',
  proxy: 'forwarded call',
  server: 'server’s own',
  operation: 'operation',
}

interface AuditTableProps {
  entries: readonly AuditEntry[]
  /** Stands there where there is no entry. */
  ifNone: string
  nameOf: (audience: string) => string
}

export function AuditTable({ entries, ifNone, nameOf }: AuditTableProps): ReactElement {
  return (
    <section
      aria-label="Decisions, newest first"
      // It scrolls, so the keyboard must reach it (WCAG 2.1.1).
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      className="mt-1 h-80 overflow-auto rounded-lg border border-line"
    >
      <table className="w-full min-w-[38rem] text-left text-xs">
        <thead className="sticky top-0 bg-sunken text-muted">
          <tr>
            {['Time', 'Who', 'For', 'How', 'Outcome', 'Token'].map((name) => (
              <th key={name} scope="col" className="px-3 py-2 font-semibold">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {entries.slice(0, SHOWN).map((entry) => (
            <Row key={entry.id} entry={entry} name={nameOf(entry.audience)} />
          ))}
        </tbody>
      </table>
      {entries.length === 0 && <p className="p-4 text-sm text-muted">{ifNone}</p>}
    </section>
  )
}

function Row({ entry, name }: { entry: AuditEntry; name: string }): ReactElement {
  const { at, subject, audience, via, outcome, reason, fingerprint, scope } = entry
  const isGranted = outcome === 'granted'
  const Icon = isGranted ? CheckIcon : CrossIcon
  return (
    <tr className="border-t border-line align-top">
      <td className="px-3 py-1.5 text-muted tabular-nums">
        <time dateTime={new Date(at).toISOString()}>{time.format(at)}</time>
      </td>
      <td className="px-3 py-1.5">{subject}</td>
      <td className="px-3 py-1.5 font-medium" title={audience}>
        {name}
        {scope !== undefined && (
          <span className="block font-normal text-muted wrap-anywhere">{scope}</span>
        )}
      </td>
      <td className="px-3 py-1.5 text-muted">
        <span className="flex items-center gap-1 whitespace-nowrap">
          {isProxied(audience) && <LockIcon className="shrink-0" />}
          {VIA[via]}
        </span>
      </td>
      <td className="px-3 py-1.5">
        <span
          className={`flex items-center gap-1 font-medium ${isGranted ? 'text-good' : 'text-bad'}`}
        >
          <Icon className="shrink-0" strokeWidth={3} /> {outcome}
        </span>
        {reason !== undefined && <span className="block text-muted">{reason}</span>}
      </td>
      <td className="px-3 py-1.5 font-mono whitespace-nowrap">{fingerprint ?? <NoToken />}</td>
    </tr>
  )
}

function NoToken(): ReactElement {
  return <span className="text-muted">none needed</span>
}
