import { Button, Group, NativeSelect, Stack, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { FormProblem } from '../../parts/FormProblem.tsx'
import { faultsOf } from '../../parts/said.ts'
import { useWords } from '../../words/words.tsx'
import type { DayOff } from './days-off.ts'
import { type Correction, useCorrect } from './use-correct.ts'

const PORTIONS = ['full', 'am', 'pm'] as const

/** A holiday that is added, or moved to another date. */
export function HolidayForm({
  calendar,
  year,
  known,
  close,
}: {
  readonly calendar: string
  readonly year: number
  /** undefined: another one. */
  readonly known: DayOff | undefined
  readonly close: () => void
}) {
  const { t } = useWords()
  const [said, setSaid] = useState<Correction>({
    date: known?.date ?? `${year}-01-01`,
    name: known?.name ?? '',
    portion: known?.portion ?? 'full',
    ...(known === undefined ? {} : { movedFrom: known }),
  })
  const { correct } = useCorrect(calendar, close)
  const faults = faultsOf(correct.error)
  const set = (next: Partial<Correction>) => {
    correct.reset()
    setSaid({ ...said, ...next })
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!correct.isPending) correct.mutate(said)
  }
  return (
    <form onSubmit={submit} noValidate aria-label={t(known === undefined ? 'calendars.add' : 'calendars.move')}>
      <Stack gap="sm">
        <Group align="flex-start">
          <TextInput
            type="date"
            label={t('calendars.date')}
            value={said.date}
            error={faults['/date']}
            onChange={(event) => set({ date: event.currentTarget.value })}
          />
          <TextInput
            label={t('calendars.name')}
            value={said.name}
            error={faults['/name']}
            onChange={(event) => set({ name: event.currentTarget.value })}
          />
          <NativeSelect
            label={t('calendars.portion')}
            value={said.portion}
            error={faults['/portion']}
            data={PORTIONS.map((value) => ({ value, label: t(`portion.${value}`) }))}
            onChange={(event) => set({ portion: event.currentTarget.value as DayOff['portion'] })}
          />
        </Group>
        <FormProblem error={correct.error} at={['/date', '/name', '/portion']} />
        <Group gap="xs">
          <Button type="submit" size="sm" loading={correct.isPending} disabled={said.date === ''}>
            {t('form.save')}
          </Button>
          <Button size="sm" variant="default" onClick={close}>
            {t('form.cancel')}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
