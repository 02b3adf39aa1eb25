import { each, type Schema } from '@daybook/client'
import { Button, Group, Skeleton, Stack, Table, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { listed } from '../../api/queries.ts'
import { useSession } from '../../app/session.tsx'
import { csvText } from '../../parts/csv-text.ts'
import { compare } from '../../parts/decimals.ts'
import { ProblemNotice } from '../../parts/Notice.tsx'
import { useNames } from '../../parts/names.ts'
import { usePolicyNames } from '../../parts/policies.ts'
import { save } from '../../parts/saved.ts'
import { useWords } from '../../words/words.tsx'

/** More is no page that somebody reads. */
const MOST = 5_000
const SHOWN = 200

/** What balances that were taken would be were they taken now: what was learned too late for them. */
export function Changes({ snapshot }: { readonly snapshot: Schema<'Snapshot'> }) {
  const { t, day, instant } = useWords()
  const { daybook, book } = useSession()
  const changes = useQuery({
    queryKey: ['book', book, 'changes', snapshot.id],
    queryFn: ({ signal }) =>
      listed(
        each(daybook, '/v1/books/{book}/snapshots/{snapshot}/changes', {
          params: { path: { book, snapshot: snapshot.id } },
          signal,
        }),
        MOST,
      ),
    // What was recorded since is asked for anew whenever somebody looks.
    staleTime: 0,
  })
  const title = t('payroll.changesOf', { on: day(snapshot.asOf), at: instant(snapshot.recordedAt) })
  if (changes.error !== null) return <ProblemNotice error={changes.error} again={() => void changes.refetch()} />
  if (changes.data === undefined) return <Skeleton h={80} />
  const others = changes.data.filter(({ difference }) => compare(difference, '0') !== 0)
  const saveAll = () => {
    const rows = changes.data.map((one) => [one.entity, one.policy, one.then, one.now, one.difference])
    const text = csvText([['entity', 'policy', 'then', 'now', 'difference'], ...rows])
    save(`changes-since-${snapshot.asOf}.csv`, new Blob([text], { type: 'text/csv' }))
  }
  return (
    <Stack gap="xs" component="section" aria-label={title}>
      <Group justify="space-between">
        <Title order={3} size="h5">
          {title}
        </Title>
        {others.length > 0 && (
          <Button size="compact-sm" variant="default" aria-label={t('plot.csv', { title })} onClick={saveAll}>
            CSV
          </Button>
        )}
      </Group>
      {others.length === 0 ? <Text size="sm">{t('payroll.noChanges')}</Text> : <ChangeTable changes={others} />}
      {others.length > SHOWN && (
        <Text size="sm" c="dimmed">
          {t('payroll.moreChanges', { count: others.length - SHOWN })}
        </Text>
      )}
    </Stack>
  )
}

function ChangeTable({ changes }: { readonly changes: readonly Schema<'SnapshotChange'>[] }) {
  const { t, quantity } = useWords()
  const nameOf = useNames()
  const names = usePolicyNames()
  return (
    <Table.ScrollContainer minWidth={520} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
      <Table verticalSpacing={4}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('team.person')}</Table.Th>
            <Table.Th>{t('ask.kind')}</Table.Th>
            <Table.Th ta="end">{t('payroll.then')}</Table.Th>
            <Table.Th ta="end">{t('payroll.now')}</Table.Th>
            <Table.Th ta="end">{t('payroll.difference')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {changes.slice(0, SHOWN).map(({ entity, policy, then, now, difference }) => (
            <Table.Tr key={`${entity} ${policy}`}>
              <Table.Td>{nameOf(entity)}</Table.Td>
              <Table.Td>{names.policy(policy)}</Table.Td>
              <Table.Td ta="end" className="numbers">
                {quantity(then)}
              </Table.Td>
              <Table.Td ta="end" className="numbers">
                {quantity(now)}
              </Table.Td>
              <Table.Td ta="end" className="numbers" fw={600}>
                {quantity(difference)}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  )
}
