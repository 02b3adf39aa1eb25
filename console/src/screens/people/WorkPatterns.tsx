import { must, type Schema } from '@daybook/client'
import { Button, Group, NativeSelect, SimpleGrid, Stack, Table, Text, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { useCalendars, useWorkPatterns } from '../../api/queries.ts'
import { useSession } from '../../app/session.tsx'
import { FormProblem } from '../../parts/FormProblem.tsx'
import { ProblemNotice } from '../../parts/Notice.tsx'
import { Section } from '../../parts/Section.tsx'
import { faultsOf } from '../../parts/said.ts'
import { today } from '../../parts/today.ts'
import { useSend } from '../../parts/use-send.ts'
import { useWeek, WEEKDAYS, type Weekday } from '../../parts/week.ts'
import { useWords } from '../../words/words.tsx'

/** On which days somebody works, from a day on: part time, another calendar, or both. */
export function WorkPatterns({ entity }: { readonly entity: string }) {
  const { t, day } = useWords()
  const { may } = useSession()
  const week = useWeek()
  const patterns = useWorkPatterns(entity)
  const [isOpen, setIsOpen] = useState(false)
  return (
    <Section
      title={t('person.workPatterns')}
      lead={t('workPattern.lead')}
      aside={
        may('work-patterns:define') &&
        !isOpen && (
          <Button size="compact-sm" variant="default" onClick={() => setIsOpen(true)}>
            {t('workPattern.add')}
          </Button>
        )
      }
    >
      <ProblemNotice error={patterns.error} />
      {patterns.data?.length === 0 && <Text c="dimmed">{t('workPattern.none')}</Text>}
      {(patterns.data?.length ?? 0) > 0 && (
        <Table.ScrollContainer minWidth={460}>
          <Table verticalSpacing="xs">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('workPattern.from')}</Table.Th>
                <Table.Th>{t('workPattern.days')}</Table.Th>
                <Table.Th>{t('workPattern.hours')}</Table.Th>
                <Table.Th>{t('person.calendar')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {patterns.data?.map((one) => (
                <Table.Tr key={one.effectiveFrom}>
                  <Table.Td>{day(one.effectiveFrom)}</Table.Td>
                  <Table.Td>{week.days(one)}</Table.Td>
                  <Table.Td className="numbers">{week.hours(one.hoursPerDay)}</Table.Td>
                  <Table.Td>{one.calendar ?? t('workPattern.ownCalendar')}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      {isOpen && <WorkPatternForm entity={entity} close={() => setIsOpen(false)} />}
    </Section>
  )
}

type Days = Schema<'WorkingDays'>

interface Sent {
  readonly effectiveFrom: string
  readonly body: Schema<'WorkPatternDefinition'>
}

const OFFICE: Days = { mon: '1', tue: '1', wed: '1', thu: '1', fri: '1', sat: '0', sun: '0' }
const WORKED = ['1', 'am', 'pm', '0'] as const
const AT = ['/effectiveFrom', '/calendar', '/hoursPerDay', ...WEEKDAYS.map((name) => `/workingDays/${name}`)]

function WorkPatternForm({ entity, close }: { readonly entity: string; readonly close: () => void }) {
  const { t } = useWords()
  const week = useWeek()
  const calendars = useCalendars()
  const [from, setFrom] = useState(today)
  const [days, setDays] = useState<Days>(OFFICE)
  const [hours, setHours] = useState('')
  const [calendar, setCalendar] = useState('')
  const save = useSave(entity, close)
  const faults = faultsOf(save.error)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const hoursPerDay = hours.trim() === '' ? {} : { hoursPerDay: hours.trim().replace(',', '.') }
    const body = { workingDays: days, ...hoursPerDay, ...(calendar === '' ? {} : { calendar }) }
    if (!save.isPending) save.mutate({ effectiveFrom: from, body })
  }
  const worked = (name: Weekday) => (
    <NativeSelect
      key={name}
      label={week.name(name)}
      value={days[name]}
      error={faults[`/workingDays/${name}`]}
      data={WORKED.map((value) => ({ value, label: t(`worked.${value}`) }))}
      onChange={(event) => setDays({ ...days, [name]: event.currentTarget.value as Days[Weekday] })}
    />
  )
  return (
    <form onSubmit={submit} noValidate aria-label={t('workPattern.add')} onChange={() => save.reset()}>
      <Stack gap="sm">
        <SimpleGrid cols={{ base: 1, sm: 3 }} spacing="sm">
          <TextInput
            type="date"
            label={t('workPattern.from')}
            value={from}
            error={faults['/effectiveFrom']}
            onChange={(event) => setFrom(event.currentTarget.value)}
          />
          <TextInput
            inputMode="decimal"
            label={t('workPattern.hours')}
            description={t('workPattern.hoursHint')}
            value={hours}
            error={faults['/hoursPerDay']}
            onChange={(event) => setHours(event.currentTarget.value)}
          />
          <NativeSelect
            label={t('person.calendar')}
            value={calendar}
            error={faults['/calendar']}
            data={[
              { value: '', label: t('workPattern.ownCalendar') },
              ...(calendars.data?.map(({ id }) => ({ value: id, label: id })) ?? []),
            ]}
            onChange={(event) => setCalendar(event.currentTarget.value)}
          />
        </SimpleGrid>
        <SimpleGrid cols={{ base: 2, sm: 4, md: 7 }} spacing="xs">
          {WEEKDAYS.map(worked)}
        </SimpleGrid>
        <FormProblem error={save.error} at={AT} />
        <Group gap="xs">
          <Button type="submit" size="sm" loading={save.isPending} disabled={from === ''}>
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

function useSave(entity: string, close: () => void) {
  const { daybook, book } = useSession()
  return useSend(
    ({ effectiveFrom, body }: Sent, key) =>
      must(
        daybook.PUT('/v1/books/{book}/entities/{entity}/work-patterns/{effectiveFrom}', {
          params: { path: { book, entity, effectiveFrom }, header: { 'Idempotency-Key': key } },
          body,
        }),
      ),
    close,
  )
}
