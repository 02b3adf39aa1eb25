import type { Schema } from '@daybook/client'
import { Alert, Button, Group, Table, Text } from '@mantine/core'
import { useState } from 'react'
import { useSession } from '../../app/session.tsx'
import { ProblemNotice } from '../../parts/Notice.tsx'
import { Section } from '../../parts/Section.tsx'
import { useWords } from '../../words/words.tsx'
import { type DayOff, daysOffIn } from './days-off.ts'
import { HolidayForm } from './HolidayForm.tsx'
import { useCorrect } from './use-correct.ts'

/** The holidays of a year, each to be moved or taken off, and others to be added. */
export function Holidays({ calendar, year }: { readonly calendar: Schema<'Calendar'>; readonly year: number }) {
  const { t } = useWords()
  const { may } = useSession()
  const [open, setOpen] = useState<DayOff | 'new'>()
  const isMine = may('calendars:define')
  const days = daysOffIn(year, calendar)
  const region = calendar.publicHolidays
  return (
    <Section
      title={t('calendars.holidays', { year: String(year) })}
      lead={calendar.region === null ? t('calendars.noRegion') : t('calendars.region', { region: calendar.region })}
      aside={
        isMine &&
        open === undefined && (
          <Button size="compact-sm" variant="default" onClick={() => setOpen('new')}>
            {t('calendars.add')}
          </Button>
        )
      }
    >
      {region !== null && (year < region.from || year > region.to) && (
        <Alert color="yellow" variant="light" py="xs">
          {t('calendars.unknownYear', { year: String(year), from: String(region.from), to: String(region.to) })}
        </Alert>
      )}
      {open !== undefined && (
        <HolidayForm
          key={open === 'new' ? `new/${year}` : open.date}
          calendar={calendar.id}
          year={year}
          known={open === 'new' ? undefined : open}
          close={() => setOpen(undefined)}
        />
      )}
      {days.length === 0 && <Text c="dimmed">{t('calendars.noHolidays')}</Text>}
      {days.length > 0 && <HolidayTable calendar={calendar.id} days={days} move={isMine ? setOpen : undefined} />}
    </Section>
  )
}

function HolidayTable({
  calendar,
  days,
  move,
}: {
  readonly calendar: string
  readonly days: readonly DayOff[]
  readonly move: ((day: DayOff) => void) | undefined
}) {
  const { t, day } = useWords()
  const { correct, takeBack } = useCorrect(calendar, () => undefined)
  const isBusy = correct.isPending || takeBack.isPending
  const remove = (one: DayOff) => {
    takeBack.reset()
    correct.reset()
    if (one.from === 'own') takeBack.mutate(one.date)
    else correct.mutate({ date: one.date, name: one.name, portion: 'none' })
  }
  return (
    <>
      <ProblemNotice error={correct.error ?? takeBack.error} />
      <Table.ScrollContainer minWidth={520}>
        <Table verticalSpacing={6}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('calendars.date')}</Table.Th>
              <Table.Th>{t('calendars.name')}</Table.Th>
              <Table.Th>{t('calendars.portion')}</Table.Th>
              <Table.Th>{t('calendars.from')}</Table.Th>
              {move !== undefined && (
                <Table.Th>
                  <span className="visually-hidden">{t('form.change')}</span>
                </Table.Th>
              )}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {days.map((one) => (
              <Table.Tr key={one.date}>
                <Table.Td className="numbers">{day(one.date, 'weekday')}</Table.Td>
                <Table.Td className={one.portion === 'none' ? 'off' : ''}>{one.name}</Table.Td>
                <Table.Td>{t(one.portion === 'none' ? 'calendars.takenOff' : `portion.${one.portion}`)}</Table.Td>
                <Table.Td>{t(`calendars.from.${one.from}`)}</Table.Td>
                {move !== undefined && (
                  <Table.Td>
                    <Group gap={4} justify="flex-end" wrap="nowrap">
                      {one.from === 'instead' && (
                        <Button
                          size="compact-xs"
                          variant="subtle"
                          disabled={isBusy}
                          aria-label={t('calendars.asRegionOf', { name: one.name })}
                          onClick={() => takeBack.mutate(one.date)}
                        >
                          {t('calendars.asRegion')}
                        </Button>
                      )}
                      {one.portion !== 'none' && (
                        <>
                          <Button
                            size="compact-xs"
                            variant="subtle"
                            aria-label={t('calendars.moveOf', { name: one.name })}
                            onClick={() => move(one)}
                          >
                            {t('calendars.move')}
                          </Button>
                          <Button
                            size="compact-xs"
                            variant="subtle"
                            disabled={isBusy}
                            aria-label={t('calendars.removeOf', { name: one.name })}
                            onClick={() => remove(one)}
                          >
                            {t('calendars.remove')}
                          </Button>
                        </>
                      )}
                    </Group>
                  </Table.Td>
                )}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </>
  )
}
