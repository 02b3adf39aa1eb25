import type { Schema } from '@daybook/client'
import { Alert, Stack, Table, Text } from '@mantine/core'
import { useNames } from '../../parts/names.ts'
import { amountOf } from '../../parts/policies.ts'
import { useWords } from '../../words/words.tsx'
import { PolicyInWords } from './PolicyInWords.tsx'

const SHOWN = 20

/** What a change would come to, before it is made: in words, and for whom. */
export function Impact({
  tried,
  before,
}: {
  readonly tried: Schema<'DefinedPolicy'>
  readonly before: Schema<'Policy'>
}) {
  const words = useWords()
  const { t } = words
  const { impact, unit } = tried
  if (tried.version === before.version)
    return (
      <Alert color="gray" variant="light" py="xs" role="status">
        {t('impact.same')}
      </Alert>
    )
  return (
    <Stack gap="sm" component="section" aria-label={t('impact.title')}>
      <Text fw={600} size="sm">
        {t('impact.title')}
      </Text>
      <PolicyInWords policy={tried} />
      {impact === undefined ? (
        <Text size="sm" c="dimmed">
          {t('impact.hidden')}
        </Text>
      ) : (
        <Alert color={impact.items.length === 0 ? 'teal' : 'indigo'} variant="light" py="xs">
          {t('impact.sum', {
            count: impact.entities,
            gained: amountOf(impact.gained, unit, words),
            lost: amountOf(impact.lost, unit, words),
          })}
        </Alert>
      )}
      {impact !== undefined && impact.items.length > 0 && <Differences impact={impact} />}
      {impact?.problems.slice(0, SHOWN).map(({ entity, detail }) => (
        <Text key={entity} size="sm">{`${entity}: ${detail}`}</Text>
      ))}
    </Stack>
  )
}

function Differences({ impact: { items } }: { readonly impact: Schema<'PolicyImpact'> }) {
  const { t, quantity } = useWords()
  const nameOf = useNames()
  return (
    <>
      <Table.ScrollContainer minWidth={420}>
        <Table verticalSpacing={4}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('team.person')}</Table.Th>
              <Table.Th ta="right">{t('impact.now')}</Table.Th>
              <Table.Th ta="right">{t('impact.then')}</Table.Th>
              <Table.Th ta="right">{t('impact.difference')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {items.slice(0, SHOWN).map(({ entity, now, then, difference }) => (
              <Table.Tr key={entity}>
                <Table.Td>{nameOf(entity)}</Table.Td>
                <Table.Td ta="right" className="numbers">
                  {quantity(now)}
                </Table.Td>
                <Table.Td ta="right" className="numbers">
                  {quantity(then)}
                </Table.Td>
                <Table.Td ta="right" className="numbers">
                  {quantity(difference)}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {items.length > SHOWN && (
        <Text size="sm" c="dimmed">
          {t('impact.more', { count: items.length - SHOWN })}
        </Text>
      )}
    </>
  )
}
