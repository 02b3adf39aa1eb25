import type { Schema } from '@daybook/client'
import { Button, Card, Group, NativeSelect, Skeleton, Text, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useMemo } from 'react'
import { useEntities } from '../../api/queries.ts'
import { useSession } from '../../app/session.tsx'
import { LongTable } from '../../parts/LongTable.tsx'
import { ProblemNotice } from '../../parts/Notice.tsx'
import { useNames } from '../../parts/names.ts'
import { Screen } from '../../parts/Screen.tsx'
import { today } from '../../parts/today.ts'
import { useWords } from '../../words/words.tsx'

const TYPING_MS = 200

/** Everybody of the book, looked for by name, department, manager, and whether they are employed. */
export default function People() {
  const { t } = useWords()
  const { may } = useSession()
  return (
    <Screen
      title={t('people.title')}
      aside={
        may('entities:define') && (
          <Button component={Link} to="/add-person">
            {t('people.add')}
          </Button>
        )
      }
    >
      <Filters />
      <Found />
    </Screen>
  )
}

/** They stand in the address: whoever comes back from a person finds them as they were. */
function Filters() {
  const { t } = useWords()
  const wanted = useSearch({ from: '/people' })
  const navigate = useNavigate()
  const nameOf = useNames()
  const { data } = useEntities()
  const { departments, managers } = useMemo(() => choicesIn(data ?? []), [data])
  const set = (next: Partial<typeof wanted>) =>
    void navigate({ to: '/people', search: { ...wanted, ...next }, replace: true })
  return (
    <Group align="flex-end" component="search">
      <TextInput
        type="search"
        label={t('people.search')}
        value={wanted.q ?? ''}
        onChange={(event) => set({ q: event.currentTarget.value })}
      />
      <NativeSelect
        label={t('person.department')}
        value={wanted.department ?? ''}
        data={[{ value: '', label: t('people.all') }, ...departments]}
        onChange={(event) => set({ department: event.currentTarget.value })}
      />
      <NativeSelect
        label={t('person.manager')}
        value={wanted.manager ?? ''}
        data={[
          { value: '', label: t('people.all') },
          ...managers
            .map((value) => ({ value, label: nameOf(value) }))
            .toSorted((a, b) => a.label.localeCompare(b.label)),
        ]}
        onChange={(event) => set({ manager: event.currentTarget.value })}
      />
      <NativeSelect
        label={t('people.state')}
        value={wanted.employed ?? 'now'}
        data={(['now', 'left', 'all'] as const).map((value) => ({ value, label: t(`people.state.${value}`) }))}
        onChange={(event) => set({ employed: event.currentTarget.value })}
      />
    </Group>
  )
}

function Found() {
  const { t, day } = useWords()
  const { q = '', department, manager, employed = 'now' } = useSearch({ from: '/people' })
  const [typed] = useDebouncedValue(q.trim(), TYPING_MS)
  const nameOf = useNames()
  const people = useEntities({
    ...(typed === '' ? {} : { q: typed }),
    ...(department === undefined ? {} : { department }),
    ...(manager === undefined ? {} : { manager }),
  })
  if (people.error !== null) return <ProblemNotice error={people.error} again={() => void people.refetch()} />
  if (people.data === undefined) return <Skeleton h={320} />
  const rows = people.data
    .filter((one) => employed === 'all' || hasLeft(one) === (employed === 'left'))
    .toSorted((a, b) => (a.name ?? a.id).localeCompare(b.name ?? b.id))
  return (
    <>
      <Text size="sm" c="dimmed" role="status">
        {t('people.found', { count: rows.length })}
      </Text>
      {rows.length > 0 && (
        <Card withBorder padding={0}>
          <LongTable
            label={t('people.title')}
            rows={rows}
            keyOf={({ id }) => id}
            columns={[
              { head: t('person.name'), width: 'minmax(11rem, 2fr)', cell: (one) => <Named person={one} /> },
              { head: t('person.department'), width: 'minmax(8rem, 1fr)', cell: (one) => one.department },
              {
                head: t('person.manager'),
                width: 'minmax(9rem, 1fr)',
                cell: ({ manager: by }) => (by === null ? null : nameOf(by)),
              },
              {
                head: t('person.hiredOn'),
                width: '7.5rem',
                cell: ({ hiredOn }) => (hiredOn === null ? null : day(hiredOn)),
              },
              {
                head: t('person.leftOn'),
                width: '7.5rem',
                cell: ({ leftOn }) => (leftOn === null ? null : day(leftOn)),
              },
            ]}
          />
        </Card>
      )}
    </>
  )
}

function Named({ person: { id, name } }: { readonly person: Schema<'Entity'> }) {
  return (
    <Link to="/people/$entity" params={{ entity: id }}>
      {name ?? id}
    </Link>
  )
}

function hasLeft({ leftOn }: Schema<'Entity'>): boolean {
  return leftOn !== null && leftOn < today()
}

function choicesIn(people: readonly Schema<'Entity'>[]) {
  const known = (all: readonly (string | null)[]) => [...new Set(all)].filter((one) => one !== null)
  return {
    departments: known(people.map(({ department }) => department)).toSorted((a, b) => a.localeCompare(b)),
    managers: known(people.map(({ manager }) => manager)),
  }
}
