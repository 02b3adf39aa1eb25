import { must } from '@daybook/client'
import { NativeSelect, Skeleton, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useSession } from '../../app/session.tsx'
import { ProblemNotice } from '../../parts/Notice.tsx'
import { PlotCard } from '../../parts/PlotCard.tsx'
import { usePolicyNames } from '../../parts/policies.ts'
import { dateText, today } from '../../parts/today.ts'
import { useWords } from '../../words/words.tsx'
import { takenByMonth } from './figures.ts'

/** So many years can be chosen: the next one, this one, and those before. */
const YEARS = 6

/** What is taken in each month of a year, by kind; days and hours apart. */
export function AbsencesByMonth() {
  const { t, monthShort } = useWords()
  const names = usePolicyNames()
  const now = Number(today().slice(0, 4))
  const [year, setYear] = useState(now)
  const taken = useTaken(year)
  if (taken.error !== null) return <ProblemNotice error={taken.error} again={() => void taken.refetch()} />
  const months = Array.from({ length: 12 }, (_, month) =>
    monthShort(`${year}-${String(month + 1).padStart(2, '0')}-01`),
  )
  const units = Map.groupBy(taken.data ?? [], ({ unit }) => unit)
  return (
    <>
      <NativeSelect
        label={t('dash.year')}
        w="fit-content"
        value={year}
        data={Array.from({ length: YEARS }, (_, before) => String(now + 1 - before))}
        onChange={(event) => setYear(Number(event.currentTarget.value))}
      />
      {taken.isPending && <Skeleton h={320} />}
      {taken.isSuccess && units.size === 0 && <Text c="dimmed">{t('dash.noAbsences')}</Text>}
      {[...units].map(([unit, kinds]) => (
        <PlotCard
          key={unit}
          file={`absences-${year}-${unit}`}
          plot={{
            title: t('dash.absences', { unit }),
            of: t('payroll.month'),
            groups: months,
            series: kinds.map(({ resource, months: values }) => ({ name: names.resource(resource), values })),
          }}
        />
      ))}
    </>
  )
}

/** Of sums at the ends of months, of which each answer has one: nothing of single people is read, however many they are. */
function useTaken(year: number) {
  const { daybook, book } = useSession()
  return useQuery({
    queryKey: ['book', book, 'taken-by-month', year],
    async queryFn({ signal }) {
      const ends = Array.from({ length: 13 }, (_, month) => dateText(new Date(year, month, 0)))
      const sums = await Promise.all(
        ends.map((asOf) =>
          must(
            daybook.GET('/v1/books/{book}/stats', {
              params: { path: { book }, query: { asOf, from: today(), to: today(), top: 1 } },
              signal,
            }),
          ),
        ),
      )
      return takenByMonth(sums.map(({ balances }) => balances)).filter(({ months }) =>
        months.some((quantity) => Number(quantity) !== 0),
      )
    },
  })
}
