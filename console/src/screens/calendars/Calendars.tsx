import { Button, Group, NativeSelect, Skeleton, Text } from '@mantine/core'
import { useState } from 'react'
import { useCalendars } from '../../api/queries.ts'
import { ProblemNotice } from '../../parts/Notice.tsx'
import { Screen } from '../../parts/Screen.tsx'
import { today } from '../../parts/today.ts'
import { useWords } from '../../words/words.tsx'
import { Holidays } from './Holidays.tsx'
import { RegionHolidays } from './RegionHolidays.tsx'
import { WorkingWeek } from './WorkingWeek.tsx'

/** Which days are worked, and which are holidays, year by year. */
export default function Calendars() {
  const { t } = useWords()
  const calendars = useCalendars()
  const [chosen, setChosen] = useState<string>()
  const [year, setYear] = useState(() => Number(today().slice(0, 4)))
  const shown = calendars.data?.find(({ id }) => id === chosen) ?? calendars.data?.[0]
  return (
    <Screen
      title={t('calendars.title')}
      aside={
        <Group gap="xs">
          <Button variant="default" aria-label={t('calendars.before')} onClick={() => setYear(year - 1)}>
            ‹
          </Button>
          <Text fw={600} w={60} ta="center" className="numbers" aria-live="polite">
            {year}
          </Text>
          <Button variant="default" aria-label={t('calendars.after')} onClick={() => setYear(year + 1)}>
            ›
          </Button>
        </Group>
      }
    >
      <ProblemNotice error={calendars.error} again={() => void calendars.refetch()} />
      {calendars.isPending && <Skeleton h={320} />}
      {(calendars.data?.length ?? 0) > 1 && (
        <NativeSelect
          label={t('person.calendar')}
          maw={320}
          value={shown?.id}
          data={calendars.data?.map(({ id }) => id) ?? []}
          onChange={(event) => setChosen(event.currentTarget.value)}
        />
      )}
      {calendars.data?.length === 0 && <Text c="dimmed">{t('calendars.none')}</Text>}
      {shown !== undefined && (
        <>
          <Holidays key={shown.id} calendar={shown} year={year} />
          <WorkingWeek calendar={shown} />
        </>
      )}
      {calendars.isSuccess && <RegionHolidays key={shown?.id} year={year} first={shown?.region ?? ''} />}
    </Screen>
  )
}
