import { Button, Card, Skeleton, Table, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { usePolicies } from '../../api/queries.ts'
import { useSession } from '../../app/session.tsx'
import { ProblemNotice } from '../../parts/Notice.tsx'
import { usePolicyNames } from '../../parts/policies.ts'
import { Screen } from '../../parts/Screen.tsx'
import { useWords } from '../../words/words.tsx'

/** Every policy of the book. */
export default function Policies() {
  const { t } = useWords()
  const { may } = useSession()
  const policies = usePolicies()
  return (
    <Screen
      title={t('policies.title')}
      aside={
        may('policies:define') && (
          <Button component={Link} to="/start">
            {t('policy.title')}
          </Button>
        )
      }
    >
      <ProblemNotice error={policies.error} again={() => void policies.refetch()} />
      {policies.isPending && <Skeleton h={200} />}
      {policies.data?.length === 0 && <Text c="dimmed">{t('policies.none')}</Text>}
      {(policies.data?.length ?? 0) > 0 && <PolicyTable policies={policies.data ?? []} />}
    </Screen>
  )
}

function PolicyTable({ policies }: { readonly policies: NonNullable<ReturnType<typeof usePolicies>['data']> }) {
  const { t, day } = useWords()
  const names = usePolicyNames()
  return (
    <Card withBorder padding={0}>
      <Table.ScrollContainer minWidth={520}>
        <Table verticalSpacing="sm" horizontalSpacing="md">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('policy.name')}</Table.Th>
              <Table.Th>{t('policies.resource')}</Table.Th>
              <Table.Th>{t('policies.earned')}</Table.Th>
              <Table.Th>{t('policies.since')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {policies.map(({ id, resource, earning, effectiveFrom, retiredFrom, version }) => (
              <Table.Tr key={id}>
                <Table.Td>
                  <Link to="/policies/$policy" params={{ policy: id }} className="link">
                    {names.policy(id)}
                  </Link>
                </Table.Td>
                <Table.Td>{names.resource(resource)}</Table.Td>
                <Table.Td>{t(earning === null ? 'policies.byHand' : 'policies.byRule')}</Table.Td>
                <Table.Td>
                  {retiredFrom === null
                    ? t('policies.version', { version, on: day(effectiveFrom) })
                    : t('policies.retired', { on: day(retiredFrom) })}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Card>
  )
}
