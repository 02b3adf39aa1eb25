import { Skeleton, Table, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useBalances } from '../../api/queries.ts'
import { ProblemNotice } from '../../parts/Notice.tsx'
import { amountOf, usePolicyNames } from '../../parts/policies.ts'
import { Section } from '../../parts/Section.tsx'
import { useWords } from '../../words/words.tsx'

/** What somebody has, and the way to why. */
export function PersonBalances({ entity }: { readonly entity: string }) {
  const words = useWords()
  const { t } = words
  const names = usePolicyNames()
  const balances = useBalances(entity)
  return (
    <Section title={t('person.balances')}>
      <ProblemNotice error={balances.error} again={() => void balances.refetch()} />
      {balances.isPending && <Skeleton h={80} />}
      {balances.data?.length === 0 && <Text c="dimmed">{t('person.noBalances')}</Text>}
      {(balances.data?.length ?? 0) > 0 && (
        <Table.ScrollContainer minWidth={460}>
          <Table verticalSpacing="xs">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('ask.kind')}</Table.Th>
                <Table.Th ta="right">{t('me.available')}</Table.Th>
                <Table.Th ta="right">{t('me.spendable')}</Table.Th>
                <Table.Th ta="right">{t('me.pending')}</Table.Th>
                <Table.Th>{t('explain.why')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {balances.data?.map(({ policy, unit, available, spendable, pending }) => (
                <Table.Tr key={policy}>
                  <Table.Td>{names.policy(policy)}</Table.Td>
                  <Table.Td ta="right" className="numbers">
                    {amountOf(available, unit, words)}
                  </Table.Td>
                  <Table.Td ta="right" className="numbers">
                    {spendable === null ? '∞' : amountOf(spendable, unit, words)}
                  </Table.Td>
                  <Table.Td ta="right" className="numbers">
                    {amountOf(pending, unit, words)}
                  </Table.Td>
                  <Table.Td>
                    <Link to="/explain" search={{ entity, policy }} className="link">
                      {t('person.explain', { name: names.policy(policy) })}
                    </Link>
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </Section>
  )
}
