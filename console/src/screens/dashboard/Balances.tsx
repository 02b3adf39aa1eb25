import { each, type Schema } from '@daybook/client'
import { NativeSelect, Skeleton, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { listed, useEntities } from '../../api/queries.ts'
import { useSession } from '../../app/session.tsx'
import { compare } from '../../parts/decimals.ts'
import { ProblemNotice } from '../../parts/Notice.tsx'
import { useNames } from '../../parts/names.ts'
import { PlotCard } from '../../parts/PlotCard.tsx'
import { usePolicyNames } from '../../parts/policies.ts'
import { useWords } from '../../words/words.tsx'
import { owedByDepartment } from './figures.ts'
import { Lapses } from './Lapses.tsx'

type Balance = Schema<'Balance'>

const MOST_LEFT = 10
/** Two accounts for each of the most people that a screen shows. */
const MOST_BALANCES = 40_000

/** What there is of one kind, as of today: owed, most left, and about to lapse. */
export function Balances() {
  const { t } = useWords()
  const { daybook, book } = useSession()
  const names = usePolicyNames()
  const [chosen, choose] = useState<string>()
  const balances = useQuery({
    queryKey: ['book', book, 'all-balances'],
    queryFn: ({ signal }) =>
      listed(each(daybook, '/v1/books/{book}/balances', { params: { path: { book } }, signal }), MOST_BALANCES),
  })
  const kinds = useMemo(
    () => Map.groupBy(balances.data ?? [], ({ resource, unit }) => `${resource} ${unit}`),
    [balances.data],
  )
  if (balances.isPending) return <Skeleton h={320} />
  if (balances.error !== null) return <ProblemNotice error={balances.error} again={() => void balances.refetch()} />
  const [first] = kinds.keys()
  const kind = chosen !== undefined && kinds.has(chosen) ? chosen : first
  if (kind === undefined) return <Text c="dimmed">{t('dash.noBalances')}</Text>
  return (
    <>
      <NativeSelect
        label={t('ask.kind')}
        w="fit-content"
        value={kind}
        data={[...kinds].map(([value, [one]]) => ({ value, label: `${names.resource(one!.resource)} (${one!.unit})` }))}
        onChange={(event) => choose(event.currentTarget.value)}
      />
      <OfKind balances={kinds.get(kind)!} />
    </>
  )
}

function OfKind({ balances }: { readonly balances: readonly Balance[] }) {
  const { t } = useWords()
  const people = useEntities()
  const nameOf = useNames()
  const { resource, asOf } = balances[0]!
  const departments = useMemo(() => new Map(people.data?.map(({ id, department }) => [id, department])), [people.data])
  const owed = owedByDepartment(balances, (entity) => departments.get(entity) ?? null)
  const most = balances.toSorted((a, b) => compare(b.available, a.available)).slice(0, MOST_LEFT)
  if (people.isPending) return <Skeleton h={320} />
  return (
    <>
      <PlotCard
        form="bars"
        file={`owed-${resource}-${asOf}`}
        plot={{
          title: t('dash.owedTitle'),
          of: t('dash.department'),
          groups: owed.map(({ department }) => department ?? t('dash.noDepartment')),
          series: [
            { name: t('dash.owed'), values: owed.map((one) => one.owed) },
            { name: t('me.available'), values: owed.map(({ left }) => left) },
            { name: t('me.pending'), values: owed.map(({ asked }) => asked) },
          ],
        }}
      >
        <Text size="sm" c="dimmed">
          {t('dash.owedHint')}
        </Text>
      </PlotCard>
      <PlotCard
        form="bars"
        file={`most-left-${resource}-${asOf}`}
        plot={{
          title: t('dash.most'),
          of: t('team.person'),
          groups: most.map(({ entity }) => nameOf(entity)),
          series: [{ name: t('me.available'), values: most.map(({ available }) => available) }],
        }}
      />
      <Lapses balances={balances} />
    </>
  )
}
