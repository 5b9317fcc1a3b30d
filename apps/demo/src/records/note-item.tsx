/** One note, joined, with what can be done to it. */
import type { ReactElement } from 'react'
import { EyeIcon, TrashIcon } from '../ui/icons.tsx'

interface NoteItemProps {
  name: string
  diagnosis: string
  /** The nodes show their shares of this one. */
  isChosen: boolean
  onChoose: () => void
  onDelete: () => void
}

export function NoteItem(props: NoteItemProps): ReactElement {
  const { name, diagnosis, isChosen, onChoose, onDelete } = props
  return (
    <li
      className={`flex items-start gap-2 rounded-xl border p-3 ${isChosen ? 'border-brass-deep bg-brass-wash' : 'border-line'}`}
    >
      <div className="min-w-0 grow">
        <p className="font-semibold break-words">{name}</p>
        <p className="mt-0.5 text-sm leading-relaxed break-words">{diagnosis}</p>
      </div>
      <button
        type="button"
        aria-pressed={isChosen}
        aria-label={`Show the shares of ${name}`}
        title="Show the shares"
        className="button button-quiet size-10 shrink-0 px-0 text-base"
        onClick={onChoose}
      >
        <EyeIcon />
      </button>
      <button
        type="button"
        aria-label={`Delete the note of ${name}`}
        title="Delete"
        className="button button-quiet size-10 shrink-0 px-0 text-base"
        onClick={onDelete}
      >
        <TrashIcon />
      </button>
    </li>
  )
}
