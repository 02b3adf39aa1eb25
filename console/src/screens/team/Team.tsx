import type { Schema } from '@daybook/client'
import { Button, Card, Group, Skeleton, Text } from '@mantine/core'
import { useState } from 'react'
import { useAway, useCalendar, useEntities, useEntity } from '../../api/queries.ts'
import { useSession } from '../../app/session.tsx'
import { ProblemNotice } from '../../parts/Notice.tsx'
import { usePolicyNames } from '../../parts/policies.ts'
import { Screen } from '../../parts/Screen.tsx'
import { daysOf, today } from '../../parts/today.ts'
import { useWords } from '../../words/words.tsx'
import { Month, type TeamRow } from './Month.tsx'

/** Who is away, month by month. */
export default function Team() {
  const { t, month } = useWords()
  const [first, setFirst] = useState(() => `${today().slice(0, 7)}-01`)
  return (
    <Screen
      title={t('team.title')}
      aside={
        <Group gap="xs">
          <Button variant="default" aria-label={t('team.before')} onClick={() => setFirst(monthAfter(first, -1))}>
            ‹
          </Button>
          <Text fw={600} w={150} ta="center" aria-live="polite">
            {month(first)}
          </Text>
          <Button variant="default" aria-label={t('team.after')} onClick={() => setFirst(monthAfter(first, 1))}>
            ›
          </Button>
        </Group>
      }
    >
      <Away first={first} />
    </Screen>
  )
}

function Away({ first }: { readonly first: string }) {
  const { t } = useWords()
  const { entity } = useSession()
  const names = usePolicyNames()
  const days = daysOf(first, lastOf(first))
  const people = useEntities()
  const away = useAway({ from: first, to: lastOf(first) })
  const own = useEntity(entity)
  const calendar = useCalendar(own.data?.calendar ?? people.data?.find((one) => one.calendar !== null)?.calendar)
  const error = people.error ?? away.error
  if (error !== null) return <ProblemNotice error={error} again={() => void away.refetch()} />
  if (people.data === undefined || away.data === undefined) return <Skeleton h={320} />
  const holidays = new Map(
    [...(calendar.data?.publicHolidays?.holidays ?? []), ...(calendar.data?.holidays ?? [])].map(({ date, name }) => [
      date,
      name,
    ]),
  )
  return (
    <Card withBorder padding={0} component="section" aria-label={t('team.title')}>
      <Month days={days} rows={rowsOf(people.data, away.data)} holidays={holidays} kindOf={names.resource} />
      <Group gap="lg" p="sm">
        <Key look="approved" label={t('status.approved')} />
        <Key look="pending" label={t('status.pending')} />
        <Key look="holiday" label={t('team.holiday')} />
      </Group>
    </Card>
  )
}

function Key({ look, label }: { readonly look: string; readonly label: string }) {
  return (
    <Group gap={6}>
      <span className={`away-key ${look}`} />
      <Text size="xs">{label}</Text>
    </Group>
  )
}

/** Everybody of whom it is known, those who are called something first, by name. */
function rowsOf(people: readonly Schema<'Entity'>[], away: readonly Schema<'EntityAway'>[]): readonly TeamRow[] {
  const daysBy = new Map(away.map(({ entity, days }) => [entity, Map.groupBy(days, ({ date }) => date)]))
  const known = new Map(people.map(({ id, name }) => [id, name ?? id]))
  const all = new Set([...people.filter(({ leftOn }) => leftOn === null).map(({ id }) => id), ...daysBy.keys()])
  return [...all]
    .map((entity) => ({
      entity,
      name: known.get(entity) ?? entity,
      days: daysBy.get(entity) ?? new Map<string, Schema<'AwayDay'>[]>(),
    }))
    .toSorted((a, b) => a.name.localeCompare(b.name))
}

function monthAfter(first: string, months: number): string {
  const [year = 0, month = 1] = first.split('-').map(Number)
  return new Date(Date.UTC(year, month - 1 + months, 1)).toISOString().slice(0, 10)
}

function lastOf(first: string): string {
  const [year = 0, month = 1] = first.split('-').map(Number)
  return new Date(Date.UTC(year, month, 0)).toISOString().slice(0, 10)
}
