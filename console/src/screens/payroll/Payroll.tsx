import { each, must, type Schema } from '@daybook/client'
import { Alert, Button, Card, Code, Group, Stack, Table, Text, TextInput, Title } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { listed } from '../../api/queries.ts'
import { refresh } from '../../app/live.ts'
import { useSession } from '../../app/session.tsx'
import { FormProblem } from '../../parts/FormProblem.tsx'
import { ProblemNotice } from '../../parts/Notice.tsx'
import { useNames } from '../../parts/names.ts'
import { Screen } from '../../parts/Screen.tsx'
import { faultsOf } from '../../parts/said.ts'
import { save } from '../../parts/saved.ts'
import { dateText, today } from '../../parts/today.ts'
import { useWords } from '../../words/words.tsx'
import { Changes } from './Changes.tsx'

/** What payroll does each month: close it, with what is still open in it, and take its balances. */
export default function Payroll() {
  const { t } = useWords()
  return (
    <Screen title={t('payroll.title')}>
      <Closing />
      <Snapshots />
    </Screen>
  )
}

function Closing() {
  const { t, span, month: monthName } = useWords()
  const { daybook, book } = useSession()
  const queries = useQueryClient()
  const nameOf = useNames()
  const [month, setMonth] = useState(monthBefore)
  const periods = useQuery({
    queryKey: ['book', book, 'periods'],
    queryFn: ({ signal }) => must(daybook.GET('/v1/books/{book}/periods', { params: { path: { book } }, signal })),
  })
  const closed = periods.data?.closedThrough ?? null
  const isClosed = closed !== null && month <= closed
  const look = useQuery({
    queryKey: ['book', book, 'dry-run', 'close', month],
    queryFn: ({ signal }) =>
      must(
        daybook.POST('/v1/books/{book}/periods/{period}/close', {
          params: { path: { book, period: month }, query: { dryRun: true } },
          body: {},
          signal,
        }),
      ),
    enabled: /^\d{4}-\d{2}$/.test(month) && periods.isSuccess && !isClosed,
  })
  const close = useMutation({
    // The version of the period it was seen in: who clicks twice closes once.
    mutationFn: (version: number) =>
      must(
        daybook.POST('/v1/books/{book}/periods/{period}/close', {
          params: { path: { book, period: month }, header: { 'Idempotency-Key': `close:${month}:${version}` } },
          body: {},
        }),
      ),
    onSettled: () => refresh(queries, book),
  })
  const pending = look.data?.pending ?? []
  return (
    <Card withBorder padding="lg" component="section" aria-label={t('payroll.close')}>
      <Stack>
        <Title order={2} size="h4">
          {t('payroll.close')}
        </Title>
        <Text size="sm" c="dimmed">
          {closed === null
            ? t('payroll.nothingClosed')
            : t('payroll.closedThrough', { month: monthName(`${closed}-01`) })}
        </Text>
        <Group align="flex-end">
          <TextInput
            type="month"
            label={t('payroll.month')}
            value={month}
            error={isClosed ? undefined : faultsOf(look.error)['/period']}
            onChange={(event) => setMonth(event.currentTarget.value)}
          />
          <Button
            disabled={isClosed || look.data === undefined}
            loading={close.isPending}
            onClick={() => close.mutate(look.data?.version ?? 0)}
          >
            {t('payroll.closeNow')}
          </Button>
        </Group>
        <FormProblem error={close.error ?? (isClosed ? null : look.error) ?? periods.error} at={['/period']} />
        {!isClosed && look.data !== undefined && (
          <Alert
            color={pending.length > 0 ? 'yellow' : 'teal'}
            variant="light"
            py="xs"
            title={t('payroll.pending', { count: pending.length })}
          >
            {pending.map(({ request, entity, from, to }) => (
              <Text key={request} size="sm">{`${nameOf(entity)}: ${span(from, to)}`}</Text>
            ))}
          </Alert>
        )}
      </Stack>
    </Card>
  )
}

function Snapshots() {
  const { t, day, instant } = useWords()
  const { daybook, book } = useSession()
  const queries = useQueryClient()
  const [asOf, setAsOf] = useState(() => lastDayOf(monthBefore()))
  const [since, setSince] = useState<string>()
  const snapshots = useQuery({
    queryKey: ['book', book, 'snapshots'],
    queryFn: ({ signal }) =>
      listed(each(daybook, '/v1/books/{book}/snapshots', { params: { path: { book } }, signal })),
  })
  const looked = snapshots.data?.find(({ id }) => id === since)
  const take = useMutation({
    mutationFn: () => must(daybook.POST('/v1/books/{book}/snapshots', { params: { path: { book } }, body: { asOf } })),
    onSettled: () => refresh(queries, book),
  })
  return (
    <Card withBorder padding="lg" component="section" aria-label={t('payroll.snapshots')}>
      <Stack>
        <Title order={2} size="h4">
          {t('payroll.snapshots')}
        </Title>
        <Group align="flex-end">
          <TextInput
            type="date"
            label={t('explain.asOf')}
            value={asOf}
            max={today()}
            error={faultsOf(take.error)['/asOf']}
            onChange={(event) => {
              take.reset()
              setAsOf(event.currentTarget.value)
            }}
          />
          <Button loading={take.isPending} disabled={asOf === ''} onClick={() => take.mutate()}>
            {t('payroll.take')}
          </Button>
        </Group>
        <FormProblem error={take.error ?? snapshots.error} at={['/asOf']} />
        {(snapshots.data?.length ?? 0) > 0 && (
          <Table.ScrollContainer minWidth={520}>
            <Table verticalSpacing="xs">
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>{t('explain.asOf')}</Table.Th>
                  <Table.Th>{t('payroll.taken')}</Table.Th>
                  <Table.Th ta="end">{t('payroll.count')}</Table.Th>
                  <Table.Th>{t('payroll.digest')}</Table.Th>
                  <Table.Th>{t('payroll.file')}</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {snapshots.data?.toReversed().map((snapshot) => (
                  <Table.Tr key={snapshot.id}>
                    <Table.Td>{day(snapshot.asOf)}</Table.Td>
                    <Table.Td>{instant(snapshot.recordedAt)}</Table.Td>
                    <Table.Td ta="end" className="numbers">
                      {snapshot.count}
                    </Table.Td>
                    <Table.Td>
                      <Code title={snapshot.digest}>{snapshot.digest.slice(0, 12)}</Code>
                    </Table.Td>
                    <Table.Td>
                      <Group gap="xs" wrap="nowrap">
                        <Download snapshot={snapshot} />
                        <Button
                          size="compact-sm"
                          variant="default"
                          aria-expanded={since === snapshot.id}
                          onClick={() => setSince(since === snapshot.id ? undefined : snapshot.id)}
                        >
                          {t('payroll.changes')}
                        </Button>
                      </Group>
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        )}
        {looked !== undefined && <Changes snapshot={looked} />}
      </Stack>
    </Card>
  )
}

/** The balances as a table, under the name of the day. */
function Download({ snapshot }: { readonly snapshot: Schema<'Snapshot'> }) {
  const { t } = useWords()
  const { daybook, book } = useSession()
  const load = useMutation({
    async mutationFn() {
      const params = { path: { book, snapshot: snapshot.id } }
      const options = { params, headers: { accept: 'application/x-ndjson' }, parseAs: 'blob' } as const
      const blob = await must<unknown>(daybook.GET('/v1/books/{book}/snapshots/{snapshot}/balances', options))
      save(`balances-${snapshot.asOf}.ndjson`, blob as Blob)
    },
  })
  return (
    <>
      <Button size="compact-sm" variant="default" loading={load.isPending} onClick={() => load.mutate()}>
        {t('payroll.download')}
      </Button>
      <ProblemNotice error={load.error} />
    </>
  )
}

function monthBefore(): string {
  const now = new Date()
  return dateText(new Date(now.getFullYear(), now.getMonth() - 1, 1)).slice(0, 7)
}

function lastDayOf(month: string): string {
  const [year = 0, number = 1] = month.split('-').map(Number)
  return dateText(new Date(year, number, 0))
}
