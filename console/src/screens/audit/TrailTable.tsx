import type { Schema } from '@daybook/client'
import { Code, Table, Text } from '@mantine/core'
import { useSession } from '../../app/session.tsx'
import { EventLink } from '../../parts/links.tsx'
import { useActorNames, useNames } from '../../parts/names.ts'
import { useWords } from '../../words/words.tsx'

type Entry = Schema<'AuditEntry'>

export function TrailTable({ entries }: { readonly entries: readonly Entry[] }) {
  const { t } = useWords()
  return (
    <Table.ScrollContainer minWidth={900}>
      <Table verticalSpacing="xs" striped>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('trail.at')}</Table.Th>
            <Table.Th>{t('trail.who')}</Table.Th>
            <Table.Th>{t('trail.action')}</Table.Th>
            <Table.Th>{t('trail.about')}</Table.Th>
            <Table.Th>{t('trail.outcome')}</Table.Th>
            <Table.Th>{t('trail.client')}</Table.Th>
            <Table.Th>{t('trail.event')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {entries.map((entry) => (
            <Row key={`${entry.entry ?? 'event'} ${entry.position} ${entry.hash}`} entry={entry} />
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  )
}

function Row({ entry }: { readonly entry: Entry }) {
  const { t, instant } = useWords()
  const { may } = useSession()
  const nameOf = useNames()
  const { at, action, entity, subject, outcome, problem, client, position, times } = entry
  return (
    <Table.Tr>
      <Table.Td className="numbers" title={at}>
        {instant(at)}
      </Table.Td>
      <Table.Td>
        <Who entry={entry} />
      </Table.Td>
      <Table.Td>
        <Code>{action}</Code>
        {times > 1 && ` × ${times}`}
      </Table.Td>
      <Table.Td className="hash">
        {entity !== null && <div>{nameOf(entity)}</div>}
        {subject !== null && <div>{subject}</div>}
      </Table.Td>
      <Table.Td>
        {t(`trail.outcome.${outcome}`)}
        {problem !== null && <div>{problem}</div>}
      </Table.Td>
      <Table.Td title={client?.userAgent ?? undefined}>{client?.ip ?? '–'}</Table.Td>
      <Table.Td>
        {position === null ? null : may('events:read') ? <EventLink position={position} /> : position}
      </Table.Td>
    </Table.Tr>
  )
}

/** Whoever acted; below it by whose credential, where that is another, and what let them in. */
function Who({ entry: { actor, via, role } }: { readonly entry: Entry }) {
  const { t } = useWords()
  const nameOf = useActorNames()
  const { type, id } = actor
  const isOther = via !== null && (via.kind !== type || via.id !== id)
  const beside = [
    ...(isOther ? [t('trail.via', { who: nameOf({ type: via.kind, id: via.id }) })] : []),
    ...(role === null ? [] : [role]),
  ]
  return (
    <>
      <div>{id === null ? t('trail.nobody') : nameOf({ type, id })}</div>
      {beside.length > 0 && (
        <Text size="xs" c="dimmed">
          {beside.join(', ')}
        </Text>
      )}
    </>
  )
}
