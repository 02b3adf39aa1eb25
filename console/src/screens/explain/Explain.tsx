import { Group, NativeSelect, Text, TextInput } from '@mantine/core'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { useBalances, useEntities } from '../../api/queries.ts'
import { useSession } from '../../app/session.tsx'
import { usePolicyNames } from '../../parts/policies.ts'
import { Screen } from '../../parts/Screen.tsx'
import { faultsOf } from '../../parts/said.ts'
import { today } from '../../parts/today.ts'
import { useWords } from '../../words/words.tsx'
import { type Asked, type KnownBy, knownBy } from './asked.ts'
import { Lines } from './Lines.tsx'
import { useExplanation } from './use-explanation.ts'

/** Why a balance is what it is: line by line, on any day, and as it was known at another time. */
export default function Explain() {
  const { t } = useWords()
  const { entity } = useSession()
  const names = usePolicyNames()
  const people = useEntities()
  const asked = useSearch({ from: '/explain' })
  const ask = useAsk(asked)
  const who = asked.entity ?? entity ?? people.data?.[0]?.id
  const balances = useBalances(who)
  const asOf = asked.asOf ?? today()
  const policies = balances.data?.map(({ policy }) => policy) ?? []
  const policy = asked.policy !== undefined && policies.includes(asked.policy) ? asked.policy : policies[0]
  const account = who === undefined || policy === undefined ? undefined : { entity: who, policy, asOf }
  const faults = faultsOf(useExplanation(account, asked.known).error)
  return (
    <Screen title={t('explain.title')}>
      <Group align="flex-start">
        {(people.data?.length ?? 0) > 1 && (
          <NativeSelect
            label={t('team.person')}
            value={who ?? ''}
            data={people.data?.map(({ id, name }) => ({ value: id, label: name ?? id })) ?? []}
            onChange={(event) => ask({ entity: event.currentTarget.value })}
          />
        )}
        <NativeSelect
          label={t('ask.kind')}
          value={policy ?? ''}
          data={policies.map((value) => ({ value, label: names.policy(value) }))}
          onChange={(event) => ask({ policy: event.currentTarget.value })}
        />
        <TextInput
          type="date"
          label={t('explain.asOf')}
          value={asOf}
          error={faults['/asOf']}
          onChange={(event) => ask({ asOf: event.currentTarget.value })}
        />
        <Known known={asked.known} fault={faults['/knownAt']} onChange={(known) => ask({ known })} />
      </Group>
      {account !== undefined ? (
        <Lines account={account} known={asked.known} />
      ) : (
        balances.isSuccess && <Text c="dimmed">{t('me.noBalances')}</Text>
      )}
    </Screen>
  )
}

/** What is chosen goes into the address, and leaves it where it is emptied. */
function useAsk(asked: Asked): (next: Record<string, string>) => void {
  const navigate = useNavigate({ from: '/explain' })
  return (next) => {
    const all = Object.entries({ ...asked, ...next }).filter(([, text]) => text !== '')
    void navigate({ search: Object.fromEntries(all), replace: true })
  }
}

const WAYS: readonly KnownBy[] = ['now', 'day', 'instant', 'position']

/** At the end of a day, at a time, or at a position of the record. */
function Known({
  known,
  fault,
  onChange,
}: {
  readonly known: string | undefined
  /** What the service says of it. */
  readonly fault: string | undefined
  readonly onChange: (known: string) => void
}) {
  const { t } = useWords()
  // Which way is chosen before anything is said.
  const [chosen, setChosen] = useState<KnownBy>('now')
  const way = known === undefined ? chosen : knownBy(known)
  return (
    <>
      <NativeSelect
        label={t('explain.known')}
        value={way}
        data={WAYS.map((value) => ({ value, label: t(`explain.known.${value}`) }))}
        onChange={(event) => {
          setChosen(event.currentTarget.value as KnownBy)
          onChange('')
        }}
      />
      {way !== 'now' && (
        <TextInput
          key={way}
          type={way === 'day' ? 'date' : way === 'instant' ? 'datetime-local' : 'number'}
          label={t(`explain.knownAt.${way}`)}
          {...(way === 'position' ? { min: 0, w: 120 } : { max: way === 'day' ? today() : undefined })}
          value={known ?? ''}
          error={fault}
          onChange={(event) => {
            setChosen(way)
            onChange(event.currentTarget.value)
          }}
        />
      )}
    </>
  )
}
