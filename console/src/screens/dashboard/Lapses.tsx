import { type Daybook, must, type Schema } from '@daybook/client'
import { Card, Skeleton, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useSession } from '../../app/session.tsx'
import { compare, sumOf } from '../../parts/decimals.ts'
import { ProblemNotice } from '../../parts/Notice.tsx'
import { useNames } from '../../parts/names.ts'
import { PlotCard } from '../../parts/PlotCard.tsx'
import { plusDays } from '../../parts/today.ts'
import { useWords } from '../../words/words.tsx'

type Balance = Schema<'Balance'>

/** Each costs a call: who has little left has little to lose. */
const LOOKED_AT = 40
const AT_ONCE = 4
const SHOWN = 10
const AHEAD_DAYS = 92

/** Whose leave lapses within a quarter of a year, unless it is taken. */
export function Lapses({ balances }: { readonly balances: readonly Balance[] }) {
  const { t, day } = useWords()
  const { daybook, book } = useSession()
  const nameOf = useNames()
  const { resource, asOf } = balances[0]!
  const most = balances
    .filter(({ available }) => compare(available, '0') > 0)
    .toSorted((a, b) => compare(b.available, a.available))
    .slice(0, LOOKED_AT)
  const until = plusDays(asOf, AHEAD_DAYS)
  const lapses = useQuery({
    queryKey: ['book', book, 'lapses', resource, until, most.map(({ entity, policy }) => `${entity} ${policy}`)],
    queryFn: ({ signal }) => lapsesOf(daybook, book, most, until, signal),
  })
  const title = t('dash.lapses')
  if (lapses.isPending) return <Skeleton h={200} />
  if (lapses.error !== null) return <ProblemNotice error={lapses.error} again={() => void lapses.refetch()} />
  const hint = (
    <Text size="sm" c="dimmed">
      {lapses.data.length === 0
        ? t('dash.noLapses', { on: day(until), count: most.length })
        : t('dash.lapsesOf', { on: day(until), count: most.length })}
    </Text>
  )
  if (lapses.data.length === 0)
    return (
      <Card withBorder padding="lg" component="section" aria-label={title}>
        <Title order={2} size="h4">
          {title}
        </Title>
        {hint}
      </Card>
    )
  return (
    <PlotCard
      form="bars"
      file={`about-to-lapse-${resource}-${asOf}`}
      plot={{
        title,
        of: t('team.person'),
        groups: lapses.data.map(({ entity, on }) => `${nameOf(entity)}, ${day(on)}`),
        // Within a quarter of a year nobody needs the year.
        short: lapses.data.map(({ entity, on }) => `${day(on, 'brief')}, ${nameOf(entity)}`),
        series: [{ name: t('dash.lapsing'), values: lapses.data.map(({ amount }) => amount) }],
      }}
    >
      {hint}
    </PlotCard>
  )
}

interface Lapse {
  readonly entity: string
  /** The first day on which something is gone. */
  readonly on: string
  /** All that is gone by the last day. */
  readonly amount: string
}

async function lapsesOf(
  daybook: Daybook,
  book: string,
  accounts: readonly Balance[],
  until: string,
  signal: AbortSignal,
): Promise<readonly Lapse[]> {
  const found: Lapse[] = []
  const waiting = [...accounts]
  const work = async () => {
    for (let account = waiting.shift(); account !== undefined; account = waiting.shift()) {
      const { entity, policy } = account
      const params = { path: { book, entity }, query: { policy, until } }
      const { willLapse } = await must(daybook.GET('/v1/books/{book}/entities/{entity}/forecast', { params, signal }))
      const first = willLapse[0]
      if (first !== undefined)
        found.push({ entity, on: first.on, amount: sumOf(willLapse.map(({ amount }) => amount)) })
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  return found.toSorted((a, b) => compare(b.amount, a.amount) || (a.entity < b.entity ? -1 : 1)).slice(0, SHOWN)
}
