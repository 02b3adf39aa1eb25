import { Button, Group, NativeSelect, SimpleGrid, Skeleton, Stack, Text, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { useSession } from '../../app/session.tsx'
import { Curl } from '../../parts/Curl.tsx'
import { ProblemNotice } from '../../parts/Notice.tsx'
import { Section } from '../../parts/Section.tsx'
import { faultsOf } from '../../parts/said.ts'
import { plusDays, today } from '../../parts/today.ts'
import { useWords } from '../../words/words.tsx'
import { TrailTable } from './TrailTable.tsx'
import { addressOf, fileOf, type TrailFilter, useTrail, useTrailFile } from './use-trail.ts'

/** The trail is by time, the oldest first: so many days back something is wanted that is new. */
const DAYS_BACK = 7

/** Who did what, or tried to. */
export function Trail() {
  const { t } = useWords()
  const { book } = useSession()
  const [filter, setFilter] = useState(beginning)
  const trail = useTrail(filter)
  const file = useTrailFile(filter)
  const entries = trail.data?.pages.flatMap(({ items }) => items)
  const faults = faultsOf(trail.error)
  return (
    <Section title={t('trail.title')} lead={t('trail.lead')}>
      <Filters faults={faults} onAsk={setFilter} />
      {Object.keys(faults).length === 0 && (
        <ProblemNotice error={trail.error ?? file.error} again={() => void trail.refetch()} />
      )}
      {trail.isPending && <Skeleton h={160} />}
      {entries?.length === 0 && !trail.hasNextPage && <Text c="dimmed">{t('trail.none')}</Text>}
      {entries !== undefined && entries.length > 0 && <TrailTable entries={entries} />}
      <Group>
        {trail.hasNextPage && (
          <Button variant="default" loading={trail.isFetchingNextPage} onClick={() => void trail.fetchNextPage()}>
            {t('more')}
          </Button>
        )}
        <Button variant="default" loading={file.isPending} onClick={() => file.mutate()}>
          {t('trail.download')}
        </Button>
      </Group>
      <Curl
        method="GET"
        path={addressOf(filter, book)}
        accept="application/x-ndjson"
        file={`${fileOf(filter, book)}.ndjson`}
      />
    </Section>
  )
}

function beginning(): TrailFilter {
  return { of: 'book', from: plusDays(today(), -DAYS_BACK), to: '', actor: '', action: '', outcome: '', entity: '' }
}

const OUTCOMES = ['', 'accepted', 'refused', 'failed'] as const

function Filters({
  faults,
  onAsk,
}: {
  readonly faults: Readonly<Record<string, string>>
  readonly onAsk: (filter: TrailFilter) => void
}) {
  const { t } = useWords()
  const { may } = useSession()
  const [fields, setFields] = useState(beginning)
  const field = (name: 'from' | 'to' | 'actor' | 'action' | 'entity') => ({
    value: fields[name],
    error: faults[`/${name}`],
    onChange: (event: { currentTarget: { value: string } }) =>
      setFields({ ...fields, [name]: event.currentTarget.value }),
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onAsk({ ...fields })
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <SimpleGrid cols={{ base: 1, sm: 3 }} spacing="sm">
          {may('service-audit:read') && (
            <NativeSelect
              label={t('trail.of')}
              value={fields.of}
              data={(['book', 'service'] as const).map((value) => ({ value, label: t(`trail.of.${value}`) }))}
              onChange={(event) => setFields({ ...fields, of: event.currentTarget.value as TrailFilter['of'] })}
            />
          )}
          <TextInput type="date" label={t('trail.from')} {...field('from')} />
          <TextInput type="date" label={t('trail.to')} {...field('to')} />
          <TextInput label={t('trail.actor')} placeholder="user:3f9c2a7e51b04d68" {...field('actor')} />
          <TextInput label={t('trail.action')} placeholder="approveRequest" {...field('action')} />
          {fields.of === 'book' && <TextInput label={t('trail.entity')} {...field('entity')} />}
          <NativeSelect
            label={t('trail.outcome')}
            value={fields.outcome}
            data={OUTCOMES.map((value) => ({ value, label: t(`trail.outcome.${value === '' ? 'any' : value}`) }))}
            onChange={(event) => setFields({ ...fields, outcome: event.currentTarget.value as TrailFilter['outcome'] })}
          />
        </SimpleGrid>
        <Button type="submit" w="fit-content">
          {t('trail.look')}
        </Button>
      </Stack>
    </form>
  )
}
