import { must } from '@daybook/client'
import { Button, Skeleton, Table, Text } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useSession } from '../../app/session.tsx'
import { EventLink } from '../../parts/links.tsx'
import { ProblemNotice } from '../../parts/Notice.tsx'
import { useWords } from '../../words/words.tsx'

const PAGE = 20
/** While they are looked at, new ones are asked for this often. */
const EVERY_MS = 5_000

/** What became of attempts, the last one first; read when somebody wants to see it. */
export function Deliveries({ webhook }: { readonly webhook: string }) {
  const { t } = useWords()
  const [isOpen, setOpen] = useState(false)
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t('deliveries.title')}</summary>
      {isOpen && <DeliveryTable webhook={webhook} />}
    </details>
  )
}

function DeliveryTable({ webhook }: { readonly webhook: string }) {
  const { t, instant } = useWords()
  const { daybook, book, may } = useSession()
  const deliveries = useInfiniteQuery({
    queryKey: ['book', book, 'webhooks', webhook, 'deliveries'],
    initialPageParam: '',
    queryFn({ pageParam, signal }) {
      const query = { limit: PAGE, ...(pageParam === '' ? {} : { cursor: pageParam }) }
      const params = { path: { book, webhook }, query }
      return must(daybook.GET('/v1/books/{book}/webhooks/{webhook}/deliveries', { params, signal }))
    },
    getNextPageParam: ({ nextCursor }) => nextCursor,
    refetchInterval: EVERY_MS,
  })
  const all = deliveries.data?.pages.flatMap(({ items }) => items)
  if (deliveries.error !== null)
    return <ProblemNotice error={deliveries.error} again={() => void deliveries.refetch()} />
  if (all === undefined) return <Skeleton h={80} />
  if (all.length === 0) return <Text c="dimmed">{t('deliveries.none')}</Text>
  return (
    <>
      <Table.ScrollContainer minWidth={640}>
        <Table verticalSpacing={4}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('trail.at')}</Table.Th>
              <Table.Th>{t('trail.event')}</Table.Th>
              <Table.Th>{t('event.type')}</Table.Th>
              <Table.Th>{t('trail.outcome')}</Table.Th>
              <Table.Th ta="right">ms</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {all.map(({ id, attemptedAt, position, type, outcome, status, detail, durationMs }) => (
              <Table.Tr key={id}>
                <Table.Td title={attemptedAt}>{instant(attemptedAt)}</Table.Td>
                <Table.Td>{may('events:read') ? <EventLink position={position} /> : position}</Table.Td>
                <Table.Td>{type}</Table.Td>
                <Table.Td className={`status ${outcome === 'delivered' ? 'approved' : 'rejected'}`}>
                  {[t(`webhooks.outcome.${outcome}`), status, detail].filter((one) => one !== null).join(', ')}
                </Table.Td>
                <Table.Td ta="right" className="numbers">
                  {durationMs}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {deliveries.hasNextPage && (
        <Button
          size="compact-sm"
          variant="default"
          loading={deliveries.isFetchingNextPage}
          onClick={() => void deliveries.fetchNextPage()}
        >
          {t('more')}
        </Button>
      )}
    </>
  )
}
