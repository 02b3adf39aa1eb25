import type { Schema } from '@daybook/client'
import { Button, Card, Group, SegmentedControl, Skeleton, Text } from '@mantine/core'
import { useMemo, useState } from 'react'
import { useAway, useCalendar, useEntities, useEntity } from '../../api/queries.ts'
import { useSession } from '../../app/session.tsx'
import { ProblemNotice } from '../../parts/Notice.tsx'
import { usePolicyNames } from '../../parts/policies.ts'
import { Screen } from '../../parts/Screen.tsx'
import { daysOf, today } from '../../parts/today.ts'
import { useWords } from '../../words/words.tsx'
import { Feeds } from './Feeds.tsx'
import { Month, type TeamRow } from './Month.tsx'
import { lastOf, monthAfter } from './months.ts'
import { Year } from './Year.tsx'

type Form = 'month' | 'year'

/** Who is away, by month or by year. */
export default function Team() {
  const { t, month } = useWords()
  const { me, roles } = useSession()
  const [form, setForm] = useState<Form>('month')
  const [first, setFirst] = useState(() => `${today().slice(0, 7)}-01`)
  const go = (steps: number) => setFirst(monthAfter(first, form === 'month' ? steps : 12 * steps))
  // A feed shows what its maker may see: so that is somebody, and not the first key.
  const hasFeeds = me?.kind !== 'admin' && ['employee', 'hr', 'admin'].some((role) => roles.has(role))
  return (
    <Screen
      title={t('team.title')}
      aside={
        <Group gap="xs">
          <SegmentedControl
            aria-label={t('team.form')}
            value={form}
            data={(['month', 'year'] as const).map((value) => ({ value, label: t(`team.form.${value}`) }))}
            onChange={(value) => setForm(value)}
          />
          <Button variant="default" aria-label={t(`team.before.${form}`)} onClick={() => go(-1)}>
            ‹
          </Button>
          <Text fw={600} w={150} ta="center" aria-live="polite">
            {form === 'month' ? month(first) : first.slice(0, 4)}
          </Text>
          <Button variant="default" aria-label={t(`team.after.${form}`)} onClick={() => go(1)}>
            ›
          </Button>
        </Group>
      }
    >
      <Away form={form} first={form === 'month' ? first : `${first.slice(0, 4)}-01-01`} />
      {hasFeeds && <Feeds />}
    </Screen>
  )
}

function Away({ form, first }: { readonly form: Form; readonly first: string }) {
  const { t } = useWords()
  const { entity } = useSession()
  const names = usePolicyNames()
  const last = form === 'month' ? lastOf(first) : `${first.slice(0, 4)}-12-31`
  const people = useEntities()
  const away = useAway({ from: first, to: last })
  const own = useEntity(entity)
  const calendar = useCalendar(own.data?.calendar ?? people.data?.find((one) => one.calendar !== null)?.calendar)
  const rows = useMemo(() => rowsOf(people.data ?? [], away.data ?? []), [people.data, away.data])
  const days = useMemo(() => daysOf(first, last), [first, last])
  const holidays = useMemo(
    () =>
      new Map(
        [...(calendar.data?.publicHolidays?.holidays ?? []), ...(calendar.data?.holidays ?? [])].map(
          ({ date, name }) => [date, name],
        ),
      ),
    [calendar.data],
  )
  const error = people.error ?? away.error
  if (error !== null) return <ProblemNotice error={error} again={() => void away.refetch()} />
  if (people.data === undefined || away.data === undefined) return <Skeleton h={320} />
  return (
    <Card withBorder padding={0} component="section" aria-label={t('team.title')}>
      {form === 'month' ? (
        <Month days={days} rows={rows} holidays={holidays} kindOf={names.resource} />
      ) : (
        <Year first={first} rows={rows} holidays={holidays} />
      )}
      <Group gap="lg" p="sm">
        <Key look="approved" label={t('status.approved')} />
        <Key look="pending" label={t('status.pending')} />
        <Key look={form === 'month' ? 'holiday' : 'in-year'} label={t('team.holiday')} />
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

const byName = new Intl.Collator()

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
    .toSorted((a, b) => byName.compare(a.name, b.name))
}
