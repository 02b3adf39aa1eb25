import { Skeleton } from '@mantine/core'
import { useRequests } from '../../api/queries.ts'
import { ProblemNotice } from '../../parts/Notice.tsx'
import { PlotCard } from '../../parts/PlotCard.tsx'
import { today } from '../../parts/today.ts'
import { useWords } from '../../words/words.tsx'
import { AGES, byAge } from './figures.ts'

/** How many requests wait for somebody, and for how long. */
export function PendingByAge() {
  const { t } = useWords()
  const pending = useRequests({ status: 'pending' })
  if (pending.isPending) return <Skeleton h={260} />
  if (pending.error !== null) return <ProblemNotice error={pending.error} again={() => void pending.refetch()} />
  const groups = AGES.map((from, at) => t('dash.age', { from, to: (AGES[at + 1] ?? 0) - 1 }))
  return (
    <PlotCard
      file={`pending-by-age-${today()}`}
      plot={{
        title: t('dash.pending'),
        of: t('dash.waited'),
        groups,
        series: [{ name: t('dash.requests'), values: byAge(pending.data, today()).map(String) }],
      }}
    />
  )
}
