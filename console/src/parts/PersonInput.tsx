import { TextInput } from '@mantine/core'
import { type ReactNode, useId } from 'react'
import { useEntities } from '../api/queries.ts'

/** So many are offered; whoever types more finds fewer. */
const OFFERED = 50

/** Somebody by their id, found by typing part of a name. */
export function PersonInput({
  label,
  value,
  error,
  onChange,
}: {
  readonly label: string
  readonly value: string
  readonly error?: ReactNode
  readonly onChange: (entity: string) => void
}) {
  const id = useId()
  const { data = [] } = useEntities()
  const typed = value.trim().toLowerCase()
  const offered = data.filter((one) => one.id.toLowerCase().includes(typed) || one.name?.toLowerCase().includes(typed))
  return (
    <>
      <TextInput
        label={label}
        description={data.find((one) => one.id === value)?.name}
        list={id}
        autoComplete="off"
        value={value}
        error={error}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
      <datalist id={id}>
        {offered.slice(0, OFFERED).map((one) => (
          <option key={one.id} value={one.id}>
            {one.name ?? one.id}
          </option>
        ))}
      </datalist>
    </>
  )
}
