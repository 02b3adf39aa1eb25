import { each } from '@daybook/client'
import { Card, Group, NativeSelect, Skeleton, Stack, Table, Text, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { listed, useBalances, useEntities } from '../../api/queries.ts'
import { useSession } from '../../app/session.tsx'
import { ProblemNotice } from '../../parts/Notice.tsx'
import { usePolicyNames } from '../../parts/policies.ts'
import { Screen } from '../../parts/Screen.tsx'
import { today } from '../../parts/today.ts'
import { useWords } from '../../words/words.tsx'

interface Asked {
  readonly entity: string
  readonly policy: string
  readonly asOf: string
  /** A day: as it was known at its end; empty: as it is known now. */
  readonly knownOn: string
}

/** Why a balance is what it is: line by line, on any day, and as it was known on another. */
export default function Explain() {
  const { t } = useWords()
  const { entity } = useSession()
  const names = usePolicyNames()
  const people = useEntities()
  const [chosen, setChosen] = useState<Partial<Asked>>({})
  const who = chosen.entity ?? entity ?? people.data?.[0]?.id
  const balances = useBalances(who)
  const asOf = chosen.asOf ?? today()
  const policies = balances.data?.map(({ policy }) => policy) ?? []
  const policy = chosen.policy !== undefined && policies.includes(chosen.policy) ? chosen.policy : policies[0]
  const knownOn = chosen.knownOn ?? ''
  return (
    <Screen title={t('explain.title')}>
      <Group align="flex-end">
        {(people.data?.length ?? 0) > 1 && (
          <NativeSelect
            label={t('team.person')}
            value={who ?? ''}
            data={people.data?.map(({ id, name }) => ({ value: id, label: name ?? id })) ?? []}
            onChange={(event) => setChosen({ ...chosen, entity: event.currentTarget.value })}
          />
        )}
        <NativeSelect
          label={t('ask.kind')}
          value={policy ?? ''}
          data={policies.map((value) => ({ value, label: names.policy(value) }))}
          onChange={(event) => setChosen({ ...chosen, policy: event.currentTarget.value })}
        />
        <TextInput
          type="date"
          label={t('explain.asOf')}
          value={asOf}
          onChange={(event) => setChosen({ ...chosen, asOf: event.currentTarget.value || today() })}
        />
        <TextInput
          type="date"
          label={t('explain.knownOn')}
          value={knownOn}
          max={today()}
          onChange={(event) => setChosen({ ...chosen, knownOn: event.currentTarget.value })}
        />
      </Group>
      {who !== undefined && policy !== undefined ? (
        <Lines asked={{ entity: who, policy, asOf, knownOn }} />
      ) : (
        balances.isSuccess && <Text c="dimmed">{t('me.noBalances')}</Text>
      )}
    </Screen>
  )
}

function Lines({ asked }: { readonly asked: Asked }) {
  const { t, day, quantity } = useWords()
  const now = useLines({ ...asked, knownOn: '' })
  const then = useLines(asked)
  if (then.error !== null) return <ProblemNotice error={then.error} again={() => void then.refetch()} />
  if (then.data === undefined) return <Skeleton h={240} />
  const known = new Set(then.data.map(({ transaction }) => transaction))
  const since = asked.knownOn === '' ? [] : (now.data ?? []).filter(({ transaction }) => !known.has(transaction))
  return (
    <Stack>
      <Card withBorder padding={0} component="section" aria-label={t('explain.lines')}>
        <LineTable lines={then.data} />
      </Card>
      {asked.knownOn !== '' && (
        <Card withBorder padding="md" component="section" aria-label={t('explain.since', { on: day(asked.knownOn) })}>
          <Text fw={600}>{t('explain.since', { on: day(asked.knownOn) })}</Text>
          {since.length === 0 && <Text c="dimmed">{t('explain.sinceNothing')}</Text>}
          {since.map(({ transaction, on, text, amount }) => (
            <Text key={transaction ?? on + text} size="sm">{`${day(on)}: ${text} (${quantity(amount)})`}</Text>
          ))}
        </Card>
      )}
    </Stack>
  )
}

function LineTable({ lines }: { readonly lines: NonNullable<ReturnType<typeof useLines>['data']> }) {
  const { t, day, quantity } = useWords()
  return (
    <Table.ScrollContainer minWidth={520}>
      <Table verticalSpacing="xs" horizontalSpacing="md" striped>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('explain.day')}</Table.Th>
            <Table.Th>{t('explain.why')}</Table.Th>
            <Table.Th ta="right">{t('explain.amount')}</Table.Th>
            <Table.Th ta="right">{t('import.balance')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {lines.map(({ transaction, on, text, amount, balance }) => (
            <Table.Tr key={transaction ?? on + text}>
              <Table.Td className="numbers" style={{ whiteSpace: 'nowrap' }}>
                {day(on)}
              </Table.Td>
              <Table.Td>{text}</Table.Td>
              <Table.Td ta="right" className="numbers">
                {quantity(amount)}
              </Table.Td>
              <Table.Td ta="right" className="numbers" fw={600}>
                {quantity(balance)}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  )
}

function useLines({ entity, policy, asOf, knownOn }: Asked) {
  const { daybook, book } = useSession()
  return useQuery({
    queryKey: ['book', book, 'explanation', entity, policy, asOf, knownOn],
    queryFn({ signal }) {
      const query = {
        policy,
        asOf,
        ...(knownOn === '' ? {} : { knownAt: new Date(`${knownOn}T23:59:59.999`).toISOString() }),
      }
      return listed(
        each(daybook, '/v1/books/{book}/entities/{entity}/explanation', {
          params: { path: { book, entity }, query },
          signal,
        }),
      )
    },
  })
}
