import type { Schema } from '@daybook/client'
import { Text } from '@mantine/core'
import { Section } from '../../parts/Section.tsx'
import { useWeek } from '../../parts/week.ts'
import { useWords } from '../../words/words.tsx'

/** Which days of a week are worked, and for how long. */
export function WorkingWeek({ calendar }: { readonly calendar: Schema<'Calendar'> }) {
  const { t, day } = useWords()
  const week = useWeek()
  return (
    <Section title={t('person.workPatterns')} lead={t('calendars.weekLead')}>
      <Text size="sm">{week.days(calendar)}</Text>
      <Text size="sm">{t('calendars.hours', { hours: week.hours(calendar.hoursPerDay) })}</Text>
      <Text size="xs" c="dimmed">
        {t('policies.version', { version: calendar.version, on: day(calendar.effectiveFrom) })}
      </Text>
    </Section>
  )
}
