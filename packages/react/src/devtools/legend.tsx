'use client'
/** What the bars and marks mean. */
import type { ReactElement } from 'react'
import { SHAPES } from './lane-chart.tsx'

const MARKS = [
  ['request', 'broker request'],
  ['failure', 'it failed'],
  ['call', 'vault call'],
  ['refusal', 'refused by the vault'],
] as const

export function Legend(): ReactElement {
  return (
    <ul className="vk-legend">
      <Entry text="fresh">
        <rect className="vk-fresh" width="16" height="12" />
      </Entry>
      <Entry text="soft margin">
        <rect className="vk-soft" y="6" width="16" height="6" />
      </Entry>
      <Entry text="not used any more">
        <rect className="vk-left" x="0.5" y="6" width="15" height="5.5" />
      </Entry>
      {MARKS.map(([kind, text]) => (
        <Entry key={kind} text={text}>
          <path className={`vk-mark vk-${kind}`} d={SHAPES[kind]} transform="translate(8 1)" />
        </Entry>
      ))}
    </ul>
  )
}

function Entry({ text, children }: { text: string; children: ReactElement }): ReactElement {
  return (
    <li>
      <svg width="16" height="12" aria-hidden="true">
        {children}
      </svg>{' '}
      {text}
    </li>
  )
}
