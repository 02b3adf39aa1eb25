import { each, must, Refused, type Schema } from '@daybook/client'
import { Button, Card, Group, Stack, Text, TextInput, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { listed } from '../../api/queries.ts'
import { useSession } from '../../app/session.tsx'
import { useBookDay } from '../../parts/book-day.ts'
import { ProblemNotice } from '../../parts/Notice.tsx'
import { useNames } from '../../parts/names.ts'
import { PersonInput } from '../../parts/PersonInput.tsx'
import { faultsOf, said } from '../../parts/said.ts'
import { plusDays } from '../../parts/today.ts'
import { useSend } from '../../parts/use-send.ts'
import { useWords, type Words } from '../../words/words.tsx'

type Delegation = Schema<'Delegation'>
type Period = Pick<Delegation, 'delegate' | 'from' | 'to'>

/** Who decides in place of somebody, from when to when. */
export function StandIns({ entity }: { readonly entity: string }) {
  const { t } = useWords()
  const { daybook, book } = useSession()
  const today = useBookDay()
  const standIns = useQuery({
    queryKey: ['book', book, 'delegations', entity],
    queryFn: ({ signal }) =>
      listed(
        each(daybook, '/v1/books/{book}/entities/{entity}/delegations', { params: { path: { book, entity } }, signal }),
      ),
  })
  const current = standIns.data?.filter(({ to }) => to >= today)
  return (
    <Card withBorder padding="lg" component="section" aria-label={t('standIn.title')}>
      <Stack>
        <div>
          <Title order={2} size="h4">
            {t('standIn.title')}
          </Title>
          <Text size="sm" c="dimmed">
            {t('standIn.lead')}
          </Text>
        </div>
        <ProblemNotice error={standIns.error} again={() => void standIns.refetch()} />
        {current?.length === 0 && <Text size="sm">{t('standIn.none')}</Text>}
        {current?.map((delegation) => (
          <StandIn key={delegation.delegate} delegation={delegation} today={today} />
        ))}
        <StandInForm entity={entity} today={today} />
      </Stack>
    </Card>
  )
}

function StandIn({ delegation, today }: { readonly delegation: Delegation; readonly today: string }) {
  const { t, span } = useWords()
  const nameOf = useNames()
  const end = useDelegate(delegation.entity)
  const yesterday = plusDays(today, -1)
  const { delegate, from, to } = delegation
  const who = nameOf(delegate)
  return (
    <>
      <Group justify="space-between">
        <Text size="sm">{`${who}: ${span(from, to)}`}</Text>
        <Button
          size="compact-sm"
          variant="default"
          aria-label={t('standIn.endOf', { who })}
          loading={end.isPending}
          // What has not begun, or has today, leaves a day behind that is over.
          onClick={() => end.mutate({ delegate, from: from < yesterday ? from : yesterday, to: yesterday })}
        >
          {t('standIn.end')}
        </Button>
      </Group>
      <ProblemNotice error={end.error} />
    </>
  )
}

function StandInForm({ entity, today }: { readonly entity: string; readonly today: string }) {
  const words = useWords()
  const { t } = words
  const [period, setPeriod] = useState<Period>({ delegate: '', from: today, to: '' })
  const delegate = useDelegate(entity, () => setPeriod({ delegate: '', from: today, to: '' }))
  const faults = faultsOfPeriod(delegate.error, words)
  const set = (next: Partial<Period>) => {
    delegate.reset()
    setPeriod({ ...period, ...next })
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!delegate.isPending) delegate.mutate({ ...period, delegate: period.delegate.trim() })
  }
  return (
    <form onSubmit={submit} aria-label={t('standIn.title')}>
      <Stack gap="sm">
        <Group align="flex-start">
          <PersonInput
            label={t('standIn.who')}
            value={period.delegate}
            error={faults['/delegate']}
            onChange={(who) => set({ delegate: who })}
          />
          <TextInput
            type="date"
            label={t('standIn.from')}
            value={period.from}
            error={faults['/from']}
            onChange={(event) => set({ from: event.currentTarget.value })}
          />
          <TextInput
            type="date"
            label={t('standIn.to')}
            value={period.to}
            error={faults['/to']}
            onChange={(event) => set({ to: event.currentTarget.value })}
          />
        </Group>
        {Object.keys(faults).length === 0 && <ProblemNotice error={delegate.error} />}
        <Button
          type="submit"
          w="fit-content"
          loading={delegate.isPending}
          disabled={period.delegate.trim() === '' || period.from === '' || period.to === ''}
        >
          {t('standIn.submit')}
        </Button>
      </Stack>
    </form>
  )
}

function useDelegate(entity: string, onDone?: () => void) {
  const { daybook, book } = useSession()
  return useSend(
    ({ delegate, from, to }: Period, key) =>
      must(
        daybook.PUT('/v1/books/{book}/entities/{entity}/delegations/{delegate}', {
          params: { path: { book, entity, delegate }, header: { 'Idempotency-Key': key } },
          body: { from, to },
        }),
      ),
    onDone,
  )
}

/** Rules that are about one of the fields are said there. */
function faultsOfPeriod(error: unknown, words: Words): Readonly<Record<string, string>> {
  if (error instanceof Refused && error.problem.code === 'rule-violated') {
    const { rule } = error.problem
    if (rule === 'from-not-after-to') return { '/to': words.t('standIn.reversed') }
    if (rule === 'delegate-is-another') return { '/delegate': said(error, words) }
  }
  return faultsOf(error)
}
