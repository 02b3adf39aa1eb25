import { Code, Table } from '@mantine/core'
import { AnchorLink, EventLink, positionOf } from '../../parts/links.tsx'
import { useNames } from '../../parts/names.ts'
import { usePolicyNames } from '../../parts/policies.ts'
import { useWords } from '../../words/words.tsx'
import type { Event } from './use-event.ts'

/** The lines of an event, each with the way to the account that it changed. */
export function TransactionTable({
  position,
  lines,
}: {
  readonly position: number
  readonly lines: Event['transactions']
}) {
  const { t, day, quantity } = useWords()
  const nameOf = useNames()
  const names = usePolicyNames()
  return (
    <Table.ScrollContainer minWidth={640}>
      <Table verticalSpacing="xs">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('explain.transaction')}</Table.Th>
            <Table.Th>{t('team.person')}</Table.Th>
            <Table.Th>{t('ask.kind')}</Table.Th>
            <Table.Th>{t('event.type')}</Table.Th>
            <Table.Th>{t('event.effectiveOn')}</Table.Th>
            <Table.Th ta="right">{t('explain.amount')}</Table.Th>
            <Table.Th>{t('event.account')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {lines.map(lineOf).map(({ id, entity, policy, type, effectiveOn, amount, reverses }) => (
            <Table.Tr key={id}>
              <Table.Td className="numbers">{id}</Table.Td>
              <Table.Td>{nameOf(entity)}</Table.Td>
              <Table.Td>{names.policy(policy)}</Table.Td>
              <Table.Td>
                <Code>{type}</Code>{' '}
                {reverses !== null && <EventLink position={positionOf(reverses)}>{reverses}</EventLink>}
              </Table.Td>
              <Table.Td>{day(effectiveOn)}</Table.Td>
              <Table.Td ta="right" className="numbers">
                {quantity(amount)}
              </Table.Td>
              <Table.Td>
                <AnchorLink to="/explain" search={{ entity, policy, asOf: effectiveOn, known: String(position) }}>
                  {t('nav.explain')}
                </AnchorLink>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  )
}

interface EventLine {
  readonly id: string
  readonly entity: string
  readonly policy: string
  readonly type: string
  readonly effectiveOn: string
  readonly amount: string
  readonly reverses: string | null
}

/** A cast: the document leaves open what members a transaction has, docs/reference/events.md says it. */
function lineOf(line: Event['transactions'][number]): EventLine {
  return line as unknown as EventLine
}
