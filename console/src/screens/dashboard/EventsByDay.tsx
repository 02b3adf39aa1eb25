import { must } from '@daybook/client'
import { Skeleton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useSession } from '../../app/session.tsx'
import { ProblemNotice } from '../../parts/Notice.tsx'
import { PlotCard } from '../../parts/PlotCard.tsx'
import { daysOf } from '../../parts/today.ts'
import { useWords } from '../../words/words.tsx'
import { eventsOn } from './figures.ts'

/** How many commands were recorded on each of the last thirty days. */
export function EventsByDay() {
  const { t, day } = useWords()
  const { daybook, book } = useSession()
  const stats = useQuery({
    queryKey: ['book', book, 'events-by-day'],
    queryFn: ({ signal }) =>
      must(daybook.GET('/v1/books/{book}/stats', { params: { path: { book }, query: { top: 1 } }, signal })),
  })
  if (stats.isPending) return <Skeleton h={260} />
  if (stats.error !== null) return <ProblemNotice error={stats.error} again={() => void stats.refetch()} />
  const { from, to, events } = stats.data
  const days = daysOf(from, to)
  return (
    <PlotCard
      file={`commands-${from}-${to}`}
      plot={{
        title: t('dash.commands'),
        of: t('explain.day'),
        groups: days.map((date) => day(date, 'brief')),
        series: [{ name: t('dash.recorded'), values: eventsOn(days, events).map(String) }],
      }}
    />
  )
}
