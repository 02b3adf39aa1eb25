import type { Schema } from '@daybook/client'
import { Card, Group, Stack, Text, Title } from '@mantine/core'
import { useAway, useBalances, useCalendar, useEntity } from '../../api/queries.ts'
import { ProblemNotice } from '../../parts/Notice.tsx'
import { useNames } from '../../parts/names.ts'
import { amountOf } from '../../parts/policies.ts'
import { daysOf } from '../../parts/today.ts'
import { useWords } from '../../words/words.tsx'
import { type Draft, isBackwards } from './draft.ts'

interface Tried {
  readonly entity: string
  readonly draft: Draft
  readonly tried: Schema<'RecordedRequest'> | undefined
  readonly problem: unknown
  /** It is about what was asked for before. */
  readonly isOld: boolean
}

/** What a request would come to, before it is sent. */
export function Preview({ entity, draft, tried, problem, isOld }: Tried) {
  const { t } = useWords()
  const isAsked = draft.from !== '' && draft.to >= draft.from
  return (
    <Card withBorder padding="lg" component="section" aria-label={t('ask.would')} aria-live="polite" aria-busy={isOld}>
      <Stack>
        <Title order={2} size="h4">
          {t('ask.would')}
        </Title>
        {!isAsked && <Text c="dimmed">{t(isBackwards(draft) ? 'ask.toBeforeFrom' : 'ask.nothing')}</Text>}
        {isAsked && <ProblemNotice error={problem} />}
        {isAsked && problem === null && tried?.request !== undefined && (
          <Costs entity={entity} tried={tried} request={tried.request} />
        )}
        {isAsked && <Team entity={entity} draft={draft} />}
      </Stack>
    </Card>
  )
}

function Costs({
  entity,
  tried,
  request,
}: {
  readonly entity: string
  readonly tried: Schema<'RecordedRequest'>
  readonly request: Schema<'Request'>
}) {
  const words = useWords()
  const { t, day, quantity } = words
  const now = useBalances(entity)
  const off = useOffDays(entity, request)
  const unit = tried.balances[0]?.unit ?? 'day'
  return (
    <>
      <Group gap="xl">
        <Part label={t('ask.counted')} value={amountOf(request.total, unit, words)} isMain />
        {tried.balances.map((after) => {
          const before = now.data?.find(({ policy }) => policy === after.policy)?.spendable
          return (
            <Group key={after.policy} gap="xl">
              {typeof before === 'string' && <Part label={t('ask.before')} value={quantity(before)} />}
              <Part label={t('ask.after')} value={after.spendable === null ? '∞' : quantity(after.spendable)} />
            </Group>
          )
        })}
      </Group>
      <Text size="sm" className="numbers" aria-label={t('ask.counted')}>
        {request.days
          .map(
            ({ date, portion }) =>
              `${day(date, 'weekday')}${portion === 'full' ? '' : ` (${t(`portion.${portion}`)})`}`,
          )
          .join(' · ')}
      </Text>
      {off.length > 0 && (
        <div>
          <Text size="xs" c="dimmed">
            {t('ask.notCounted')}
          </Text>
          <Text size="sm">
            {off.map(({ date, name }) => `${day(date, 'weekday')} (${name ?? t('ask.dayOff')})`).join(', ')}
          </Text>
        </div>
      )}
    </>
  )
}

function Part({
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
      <Text className={isMain ? 'numbers main-figure' : 'numbers'} fw={600} fz={isMain ? 24 : 18}>
        {value}
      </Text>
    </div>
  )
}

/** The days of a span that cost nothing, with the name of the holiday where it is one. */
function useOffDays(
  entity: string,
  { from, to, days }: Schema<'Request'>,
): readonly { readonly date: string; readonly name: string | undefined }[] {
  const owner = useEntity(entity)
  const calendar = useCalendar(owner.data?.calendar)
  const holidays = [...(calendar.data?.publicHolidays?.holidays ?? []), ...(calendar.data?.holidays ?? [])]
  const counted = new Set(days.map(({ date }) => date))
  return daysOf(from, to)
    .filter((date) => !counted.has(date))
    .map((date) => ({ date, name: holidays.find((holiday) => holiday.date === date)?.name }))
}

function Team({ entity, draft }: { readonly entity: string; readonly draft: Draft }) {
  const { t, day } = useWords()
  const nameOf = useNames()
  const owner = useEntity(entity)
  const manager = owner.data?.manager ?? undefined
  const away = useAway(
    { from: draft.from, to: draft.to, ...(manager === undefined ? {} : { manager }) },
    { enabled: owner.data !== undefined },
  )
  const others = (away.data ?? []).filter((one) => one.entity !== entity)
  return (
    <div>
      <Text size="xs" c="dimmed">
        {t('ask.team')}
      </Text>
      {others.length === 0 && <Text size="sm">{t('ask.teamNobody')}</Text>}
      {others.map((one) => (
        <Text key={one.entity} size="sm">
          {`${nameOf(one.entity)}: ${one.days.map(({ date }) => day(date, 'weekday')).join(', ')}`}
        </Text>
      ))}
    </div>
  )
}
