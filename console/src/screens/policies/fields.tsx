import { NativeSelect, Switch, TextInput } from '@mantine/core'
import { createContext, useContext } from 'react'
import { type Json, valueAt } from '../../parts/pointer.ts'
import { useWords } from '../../words/words.tsx'

interface Form {
  readonly draft: Json | undefined
  /** What the service said, by JSON pointer. */
  readonly faults: Readonly<Record<string, string>>
  /** @param value undefined: no longer said */
  readonly set: (pointer: string, value: Json | undefined) => void
}

const Context = createContext<Form | undefined>(undefined)
export const FieldsOf = Context.Provider

export function useForm(): Form {
  const form = useContext(Context)
  if (form === undefined) throw new Error('there is no form around this field')
  return form
}

interface Field {
  /** Where its value stands in the draft, and where the service says what is wrong with it. */
  readonly at: string
  readonly label: string
  readonly description?: string
  readonly placeholder?: string
}

/**
 * @param isNumber of whole numbers, which JSON writes without quotation marks; what is none is sent as it was typed
 * @param isNeeded said, and refused, where it is empty: without it something else would be meant
 */
export function TextAt({
  at,
  type,
  isNumber = false,
  isDecimal = false,
  isNeeded = false,
  ...shown
}: Field & {
  readonly type?: 'date'
  readonly isNumber?: boolean
  readonly isDecimal?: boolean
  readonly isNeeded?: boolean
}) {
  const { draft, faults, set } = useForm()
  const value = valueAt(draft, at)
  const meant = (typed: string): Json | undefined => {
    if (typed.trim() === '') return isNeeded ? '' : undefined
    // A comma for decimals is what many type.
    if (isDecimal) return typed.replace(',', '.')
    return isNumber && /^\d{1,9}$/.test(typed.trim()) ? Number(typed) : typed
  }
  return (
    <TextInput
      {...shown}
      {...(type === undefined ? {} : { type })}
      {...(isNumber ? { inputMode: 'numeric' as const } : isDecimal ? { inputMode: 'decimal' as const } : {})}
      value={typeof value === 'string' || typeof value === 'number' ? value : ''}
      error={faults[at]}
      onChange={(event) => set(at, meant(event.currentTarget.value))}
    />
  )
}

/** @param usual what holds where nothing is said */
export function SelectAt({
  at,
  usual,
  choices,
  ...shown
}: Field & {
  readonly usual: string
  readonly choices: readonly { readonly value: string; readonly label: string }[]
}) {
  const { draft, faults, set } = useForm()
  const value = valueAt(draft, at)
  const isOther = typeof value === 'object' && value !== null
  return (
    <NativeSelect
      {...shown}
      value={isOther ? '{}' : String(value ?? usual)}
      error={faults[at]}
      data={isOther ? [...choices, { value: '{}', label: '{ … }' }] : choices}
      onChange={({ currentTarget: { value: chosen } }) => {
        if (chosen !== '{}') set(at, chosen === usual ? undefined : chosen)
      }}
    />
  )
}

/** How far below zero; empty: without a limit, which is said by null. */
export function OverdraftField() {
  const { t } = useWords()
  const { draft, faults, set } = useForm()
  const limit = valueAt(draft, '/overdraftLimit')
  return (
    <TextInput
      label={t('terms.overdraft')}
      description={t('terms.overdraftHint')}
      inputMode="decimal"
      value={typeof limit === 'string' ? limit : ''}
      error={faults['/overdraftLimit']}
      onChange={({ currentTarget: { value } }) =>
        set('/overdraftLimit', value.trim() === '' ? null : value.replace(',', '.'))
      }
    />
  )
}

export function SwitchAt({ at, label }: Pick<Field, 'at' | 'label'>) {
  const { draft, set } = useForm()
  return (
    <Switch
      label={label}
      checked={valueAt(draft, at) === true}
      onChange={(event) => set(at, event.currentTarget.checked ? true : undefined)}
    />
  )
}
