/** A choice of a few words side by side: radio buttons, drawn as one switch. */
import type { ComponentType, ReactElement } from 'react'

interface ChoiceProps<V extends string> {
  name: string
  /** For screen readers. */
  legend: string
  ways: readonly { value: V; label: string; Icon?: ComponentType }[]
  chosen: V
  onChoose: (value: V) => void
}

export function Choice<V extends string>(props: ChoiceProps<V>): ReactElement {
  const { name, legend, ways, chosen, onChoose } = props
  return (
    <fieldset className="flex min-w-0 flex-wrap rounded-xl border border-line-strong bg-sunken p-1">
      <legend className="sr-only">{legend}</legend>
      {ways.map(({ value, label, Icon }) => (
        <label key={value} className="relative grow cursor-pointer text-sm font-semibold">
          <input
            type="radio"
            name={name}
            checked={chosen === value}
            onChange={() => onChoose(value)}
            className="absolute inset-0 size-full cursor-pointer appearance-none rounded-lg checked:bg-brass"
          />
          <span
            className={`pointer-events-none relative flex items-center justify-center gap-2 px-3 py-1.5 whitespace-nowrap ${chosen === value ? 'text-[#1a1300]' : 'text-ink'}`}
          >
            {Icon && <Icon />} {label}
          </span>
        </label>
      ))}
    </fieldset>
  )
}
