/** An error, said kindly: what happened, what mends it, where to read more. */
import type { ReactElement } from 'react'
import { AlertIcon } from './icons.tsx'
import { errorInWords } from './words.ts'

interface ProblemProps {
  error: unknown
  /** Said in place of the error's own message. */
  title?: string
}

export function Problem({ error, title }: ProblemProps): ReactElement {
  const words = errorInWords(error)
  return (
    <div
      role="alert"
      className="mt-4 min-w-0 rounded-xl border border-bad/40 bg-bad-wash p-4 text-sm"
    >
      <p className="flex items-start gap-2 font-semibold text-bad">
        <AlertIcon className="mt-0.5 shrink-0" />
        <span className="min-w-0 wrap-anywhere">{title ?? words.title}</span>
      </p>
      {(words.code ?? words.detail) && (
        <p className="mt-2 leading-relaxed wrap-anywhere">
          {words.code && (
            <code className="mr-2 rounded bg-surface px-1.5 py-0.5">{words.code}</code>
          )}
          {words.detail}
        </p>
      )}
      {words.docsUrl && (
        <a
          href={words.docsUrl}
          target="_blank"
          rel="noreferrer"
          className="mt-2 inline-block font-medium underline underline-offset-2"
        >
          What {words.code} means
        </a>
      )}
    </div>
  )
}
