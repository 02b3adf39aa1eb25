import { NativeSelect, SimpleGrid, TextInput } from '@mantine/core'
import type { ReactNode } from 'react'
import { useCalendars } from '../../api/queries.ts'
import { PersonInput } from '../../parts/PersonInput.tsx'
import { useWords } from '../../words/words.tsx'
import type { PROFILE, ProfileChanges } from './profile.ts'

type Field = (typeof PROFILE)[number]

/** What is said of a person, each with what the service says of it. */
export function ProfileFields({
  values,
  faults,
  set,
  first,
}: {
  readonly values: Readonly<Record<Field, string>>
  readonly faults: Readonly<Record<string, string>>
  readonly set: (change: ProfileChanges) => void
  readonly first?: ReactNode
}) {
  const { t } = useWords()
  const calendars = useCalendars()
  const text = (name: Field) => ({
    label: t(`person.${name}`),
    value: values[name],
    error: faults[`/${name}`],
    onChange: ({ currentTarget: { value } }: { readonly currentTarget: { readonly value: string } }) =>
      set({ [name]: value }),
  })
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
      {first}
      <TextInput {...text('name')} />
      <TextInput inputMode="email" {...text('email')} />
      <TextInput {...text('personnelNumber')} />
      <TextInput {...text('department')} />
      <PersonInput
        label={t('person.manager')}
        value={values.manager}
        error={faults['/manager']}
        onChange={(manager) => set({ manager })}
      />
      <NativeSelect
        {...text('calendar')}
        data={[
          { value: '', label: t('person.noCalendar') },
          ...(calendars.data?.map(({ id }) => ({ value: id, label: id })) ?? []),
        ]}
      />
    </SimpleGrid>
  )
}
