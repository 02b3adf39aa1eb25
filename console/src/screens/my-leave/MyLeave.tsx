import type { Schema } from '@daybook/client'
import { Button, Card, Group, SimpleGrid, Skeleton, Stack, Text, Title } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useBalances, useForecast, usePolicies, useRequests } from '../../api/queries.ts'
import { useSession } from '../../app/session.tsx'
import { ProblemNotice } from '../../parts/Notice.tsx'
import { usePolicyNames } from '../../parts/policies.ts'
import { Screen } from '../../parts/Screen.tsx'
import { today } from '../../parts/today.ts'
import { useWords } from '../../words/words.tsx'
import { ForecastChart } from './ForecastChart.tsx'
import { RequestList } from './RequestList.tsx'

export default function MyLeave() {
  const { t } = useWords()
  const { entity } = useSession()
  if (entity === undefined)
    return (
      <Screen title={t('me.title')}>
        <Text c="dimmed">{t('me.nobody')}</Text>
      </Screen>
    )
  return (
    <Screen
      title={t('me.title')}
      aside={
        <Button component={Link} to="/ask">
          {t('nav.ask')}
        </Button>
      }
    >
      <Kinds entity={entity} />
      <Requests entity={entity} />
    </Screen>
  )
}

function Kinds({ entity }: { readonly entity: string }) {
  const { t } = useWords()
  const balances = useBalances(entity)
  if (balances.isPending) return <Skeleton h={220} />
  if (balances.error !== null) return <ProblemNotice error={balances.error} again={() => void balances.refetch()} />
  if (balances.data.length === 0) return <Text c="dimmed">{t('me.noBalances')}</Text>
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }}>
      {balances.data.map((balance) => (
        <Kind key={balance.policy} balance={balance} />
      ))}
    </SimpleGrid>
  )
}

function Kind({ balance }: { readonly balance: Schema<'Balance'> }) {
  const words = useWords()
  const { t, quantity, day } = words
  const names = usePolicyNames()
  const year = balance.asOf.slice(0, 4)
  const yearEnd = `${year}-12-31`
  // Late in a year most of what comes is in the next one.
  const until = balance.asOf.slice(5) < '07-01' ? yearEnd : `${Number(year) + 1}-06-30`
  const forecast = useForecast(balance.entity, balance.policy, until)
  const name = names.policy(balance.policy)
  const lapses = forecast.data?.willLapse[0]
  return (
    <Card withBorder padding="lg" component="section" aria-label={name}>
      <Stack gap="md">
        <Group justify="space-between" align="flex-start" wrap="nowrap">
          <Title order={2} size="h4">
            {name}
          </Title>
          <Text size="sm" c="dimmed" ta="right">
            {lapses === undefined
              ? t('me.noLapse')
              : t('me.lapses', {
                  amount: quantity(lapses.amount),
                  count: Number(lapses.amount),
                  unit: balance.unit,
                  on: day(lapses.on),
                })}
          </Text>
        </Group>
        <Group gap="xl" align="flex-end">
          <Figure
            label={t('me.spendable')}
            value={balance.spendable === null ? '∞' : quantity(balance.spendable)}
            isMain
          />
          <Figure label={t('me.available')} value={quantity(balance.available)} />
          <Figure label={t('me.pending')} value={quantity(balance.pending)} />
          <Figure
            label={t('me.yearEnd', { year })}
            value={forecast.data === undefined ? '…' : quantity(balanceOn(forecast.data, yearEnd))}
          />
        </Group>
        {forecast.data !== undefined && <ForecastChart forecast={forecast.data} name={name} />}
      </Stack>
    </Card>
  )
}

function balanceOn({ items, balance }: Schema<'Forecast'>, day: string): string {
  return items.findLast(({ on }) => on <= day)?.balance ?? balance
}

function Figure({
  label,
  value,
  isMain = false,
}: {
  readonly label: string
  readonly value: string
  readonly isMain?: boolean
}) {
  return (
    <div>
      <Text size="xs" c="dimmed">
        {label}
      </Text>
      <Text
        className={isMain ? 'numbers main-figure' : 'numbers'}
        fw={isMain ? 700 : 500}
        fz={isMain ? 30 : 18}
        lh={1.15}
      >
        {value}
      </Text>
    </div>
  )
}

function Requests({ entity }: { readonly entity: string }) {
  const { t, span } = useWords()
  const names = usePolicyNames()
  const policies = usePolicies()
  const requests = useRequests({ entity })
  if (requests.isPending) return <Skeleton h={160} />
  if (requests.error !== null) return <ProblemNotice error={requests.error} again={() => void requests.refetch()} />
  const newestFirst = requests.data.toReversed()
  const next = requests.data
    .filter(({ status, to }) => status === 'approved' && to >= today())
    .toSorted((a, b) => (a.from < b.from ? -1 : 1))[0]
  return (
    <>
      <section aria-label={t('me.next')}>
        <Text size="sm" c="dimmed">
          {t('me.next')}
        </Text>
        <Text fw={600}>
          {next === undefined ? t('me.noNext') : `${span(next.from, next.to)}: ${names.resource(next.resource)}`}
        </Text>
      </section>
      <Stack gap="xs" component="section" aria-label={t('me.requests')}>
        <Title order={2} size="h4">
          {t('me.requests')}
        </Title>
        {newestFirst.length === 0 ? (
          <Text c="dimmed">{t('me.noRequests')}</Text>
        ) : (
          <RequestList requests={newestFirst} policies={policies.data} />
        )}
      </Stack>
    </>
  )
}
