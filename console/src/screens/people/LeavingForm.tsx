import { must, type Schema } from '@daybook/client'
import { Alert, Button, Group, NativeSelect, Stack, Table, Text, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useSession } from '../../app/session.tsx'
import { FormProblem } from '../../parts/FormProblem.tsx'
import { usePolicyNames } from '../../parts/policies.ts'
import { Section } from '../../parts/Section.tsx'
import { faultsOf } from '../../parts/said.ts'
import { useSend } from '../../parts/use-send.ts'
import { useWords } from '../../words/words.tsx'

type Sent = Schema<'Leaving'>

const SETTLE = ['pay-out', 'forfeit', 'keep'] as const

/** Somebody leaves: first what that comes to, and recorded only after it was seen. */
export function LeavingForm({ person }: { readonly person: Schema<'Entity'> }) {
  const { t, day } = useWords()
  const name = person.name ?? person.id
  const [sent, setSent] = useState<Sent>({ on: '', settle: 'pay-out' })
  const { look, record } = useLeaving(person.id)
  const error = record.error ?? look.error
  const faults = faultsOf(error)
  const set = (next: Partial<Sent>) => {
    look.reset()
    record.reset()
    setSent({ ...sent, ...next })
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!look.isPending) look.mutate(sent)
  }
  return (
    <Section title={t('leaving.title')} lead={t('leaving.lead')}>
      <form onSubmit={submit} noValidate>
        <Stack gap="sm">
          <Group align="flex-start">
            <TextInput
              type="date"
              label={t('leaving.on')}
              value={sent.on}
              error={faults['/on']}
              onChange={(event) => set({ on: event.currentTarget.value })}
            />
            <NativeSelect
              label={t('leaving.settle')}
              value={sent.settle}
              error={faults['/settle']}
              data={SETTLE.map((value) => ({ value, label: t(`leaving.settle.${value}`) }))}
              onChange={(event) => set({ settle: event.currentTarget.value as Sent['settle'] })}
            />
          </Group>
          <FormProblem error={error} at={['/on', '/settle']} />
          {!record.isSuccess && (
            <Button type="submit" variant="default" w="fit-content" loading={look.isPending} disabled={sent.on === ''}>
              {t('leaving.look')}
            </Button>
          )}
          {look.data !== undefined && <Settled leaving={look.data} />}
          {record.isSuccess ? (
            <Alert color="teal" role="status" py="xs">
              {t('leaving.done', { name, on: day(sent.on) })}
            </Alert>
          ) : (
            look.data !== undefined && (
              <Button
                color="red.9"
                w="fit-content"
                loading={record.isPending}
                onClick={() => {
                  if (!record.isPending) record.mutate(sent)
                }}
              >
                {t('leaving.record', { name, on: day(sent.on) })}
              </Button>
            )
          )}
        </Stack>
      </form>
    </Section>
  )
}

/** What it would come to, account by account. */
function Settled({ leaving: { accounts = [], requests = [] } }: { readonly leaving: Schema<'RecordedLeaving'> }) {
  const { t, quantity, day } = useWords()
  const names = usePolicyNames()
  return (
    <Stack gap="xs" component="section" aria-label={t('leaving.would')}>
      <Text fw={600} size="sm">
        {t('leaving.would')}
      </Text>
      {accounts.length === 0 && <Text c="dimmed">{t('person.noBalances')}</Text>}
      {accounts.length > 0 && (
        <Table.ScrollContainer minWidth={520}>
          <Table verticalSpacing="xs">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('ask.kind')}</Table.Th>
                {(['before', 'givenBack', 'posted', 'settled', 'after'] as const).map((name) => (
                  <Table.Th key={name} ta="right">
                    {t(`leaving.${name}`)}
                  </Table.Th>
                ))}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {accounts.map(({ policy, before, givenBack, posted, settled, after }) => (
                <Table.Tr key={policy}>
                  <Table.Td>{names.policy(policy)}</Table.Td>
                  {Object.entries({ before, givenBack, posted, settled, after }).map(([name, amount]) => (
                    <Table.Td key={name} ta="right" className="numbers">
                      {quantity(amount)}
                    </Table.Td>
                  ))}
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      {requests.map(({ request, days }) => (
        <Text key={request} size="sm">
          {t('leaving.givesBack', { days: days.map(({ date }) => day(date)).join(', ') })}
        </Text>
      ))}
    </Stack>
  )
}

function useLeaving(entity: string) {
  const { daybook, book } = useSession()
  const path = { book, entity }
  const look = useMutation({
    mutationFn: (body: Sent) =>
      must(
        daybook.POST('/v1/books/{book}/entities/{entity}/leaving', { params: { path, query: { dryRun: true } }, body }),
      ),
  })
  const record = useSend((body: Sent, key) =>
    must(
      daybook.POST('/v1/books/{book}/entities/{entity}/leaving', {
        params: { path, header: { 'Idempotency-Key': key } },
        body,
      }),
    ),
  )
  return { look, record }
}
