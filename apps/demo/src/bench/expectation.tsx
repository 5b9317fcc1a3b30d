/** What should happen, beside what did. */
import type { ReactElement } from 'react'

interface ExpectationProps {
  action: string
  expected: string
  result: string
}

export function Expectation({ action, expected, result }: ExpectationProps): ReactElement {
  return (
    <div className="border-l-2 border-brass pl-3">
      <dt className="font-semibold">{action}</dt>
      <dd className="text-muted">{expected}</dd>
      <dd className="font-medium tabular-nums">So far: {result}.</dd>
    </div>
  )
}
