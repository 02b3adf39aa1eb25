import { each, must, type Schema } from '@daybook/client'
import { Button, Group, NativeSelect, Skeleton, Stack, Table, Text, TextInput } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { listed } from '../../api/queries.ts'
import { useSession } from '../../app/session.tsx'
import { Curl } from '../../parts/Curl.tsx'
import { FormProblem } from '../../parts/FormProblem.tsx'
import { ProblemNotice } from '../../parts/Notice.tsx'
import { Section } from '../../parts/Section.tsx'
import { ShownOnce } from '../../parts/ShownOnce.tsx'
import { SureButton } from '../../parts/SureButton.tsx'
import { faultsOf } from '../../parts/said.ts'
import { useWords } from '../../words/words.tsx'
import { GrantList } from './GrantList.tsx'
import { firstGrant, Grants } from './Grants.tsx'
import { type GrantFields, type GrantKind, pointersOf, rightsOf, rolesOf } from './grant-fields.ts'

/** Keys for machines: made, shown once, and ended. */
export function Keys() {
  return (
    <Stack>
      <MakeKey />
      <KeyList />
    </Stack>
  )
}

const KEYS = ['service', 'keys'] as const

interface Fields {
  readonly name: string
  readonly kind: GrantKind
  readonly grants: readonly GrantFields[]
  /** A day; the key is taken until it ends where the reader is. */
  readonly until: string
  readonly addresses: string
}

function MakeKey() {
  const { t } = useWords()
  const { daybook, book } = useSession()
  const queries = useQueryClient()
  const empty: Fields = { name: '', kind: 'roles', grants: [firstGrant('roles', book)], until: '', addresses: '' }
  const [fields, setFields] = useState(empty)
  const make = useMutation({
    mutationFn: () => must(daybook.POST('/v1/keys', { body: bodyOf(fields) })),
    onSuccess: () => setFields(empty),
    onSettled: () => queries.invalidateQueries({ queryKey: KEYS }),
  })
  const faults = faultsOf(make.error)
  const set = (next: Partial<Fields>) => {
    if (make.isError) make.reset()
    setFields({ ...fields, ...next })
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!make.isPending) make.mutate()
  }
  return (
    <Section title={t('keys.make')} lead={t('keys.lead')}>
      <form onSubmit={submit}>
        <Stack>
          <Group align="flex-start">
            <TextInput
              label={t('keys.name')}
              required
              value={fields.name}
              error={faults['/name']}
              onChange={(event) => set({ name: event.currentTarget.value })}
            />
            <TextInput
              type="date"
              label={t('keys.until')}
              value={fields.until}
              error={faults['/expiresAt']}
              onChange={(event) => set({ until: event.currentTarget.value })}
            />
            <TextInput
              label={t('keys.addresses')}
              placeholder="192.0.2.0/24, 2001:db8::1"
              value={fields.addresses}
              error={addressFault(faults)}
              onChange={(event) => set({ addresses: event.currentTarget.value })}
            />
            <NativeSelect
              label={t('keys.by')}
              value={fields.kind}
              data={(['roles', 'rights'] as const).map((value) => ({ value, label: t(`keys.by.${value}`) }))}
              onChange={(event) => {
                const kind = event.currentTarget.value as GrantKind
                set({ kind, grants: [firstGrant(kind, book)] })
              }}
            />
          </Group>
          <Grants kind={fields.kind} grants={fields.grants} faults={faults} onChange={(grants) => set({ grants })} />
          <FormProblem error={make.error} at={shownAt(fields, faults)} />
          <Button type="submit" w="fit-content" loading={make.isPending} disabled={fields.name.trim() === ''}>
            {t('keys.go')}
          </Button>
          {make.isSuccess && (
            <ShownOnce
              title={t('keys.made', { name: make.data.name })}
              secret={make.data.key}
              onSeen={() => make.reset()}
            />
          )}
          <Curl method="POST" path="/v1/keys" body={bodyOf(fields)} isCommand={false} />
        </Stack>
      </form>
    </Section>
  )
}

function bodyOf({ name, kind, grants, until, addresses }: Fields): Schema<'KeyDefinition'> {
  const allowed = addresses.split(/[\s,]+/).filter((address) => address !== '')
  return {
    name: name.trim(),
    ...(kind === 'roles' ? { roles: rolesOf(grants) } : { rights: rightsOf(grants) }),
    ...(until === '' ? {} : { expiresAt: new Date(`${until}T23:59:59`).toISOString() }),
    ...(allowed.length === 0 ? {} : { allowedAddresses: allowed }),
  }
}

function addressFault(faults: Readonly<Record<string, string>>): string | undefined {
  return Object.entries(faults).find(([pointer]) => pointer.startsWith('/allowedAddresses'))?.[1]
}

function shownAt({ kind, grants }: Fields, faults: Readonly<Record<string, string>>): readonly string[] {
  const addresses = Object.keys(faults).filter((pointer) => pointer.startsWith('/allowedAddresses'))
  return ['/name', '/expiresAt', ...addresses, ...pointersOf(kind, grants)]
}

function KeyList() {
  const { t } = useWords()
  const { daybook } = useSession()
  const queries = useQueryClient()
  const keys = useQuery({
    queryKey: KEYS,
    queryFn: ({ signal }) => listed(each(daybook, '/v1/keys', { signal })),
  })
  const end = useMutation({
    mutationFn: (key: string) => must(daybook.DELETE('/v1/keys/{key}', { params: { path: { key } } })),
    onSettled: () => queries.invalidateQueries({ queryKey: KEYS }),
  })
  return (
    <Section title={t('operate.keys')} lead={t('keys.listLead')}>
      <ProblemNotice error={end.error ?? keys.error} />
      {keys.isPending && <Skeleton h={120} />}
      {keys.data?.length === 0 && <Text c="dimmed">{t('keys.none')}</Text>}
      {(keys.data?.length ?? 0) > 0 && (
        <Table.ScrollContainer minWidth={720}>
          <Table verticalSpacing="xs">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('keys.name')}</Table.Th>
                <Table.Th>{t('grants.title')}</Table.Th>
                <Table.Th>{t('keys.ends')}</Table.Th>
                <Table.Th>{t('keys.lastUsed')}</Table.Th>
                <Table.Th>{t('keys.end')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {keys.data?.map((key) => (
                <KeyRow
                  key={key.id}
                  apiKey={key}
                  isBusy={end.isPending && end.variables === key.id}
                  onEnd={() => end.mutate(key.id)}
                />
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </Section>
  )
}

function KeyRow({
  apiKey: { id, name, roles, rights, expiresAt, lastUsedAt, allowedAddresses },
  isBusy,
  onEnd,
}: {
  readonly apiKey: Schema<'ApiKey'>
  readonly isBusy: boolean
  readonly onEnd: () => void
}) {
  const { t, instant } = useWords()
  return (
    <Table.Tr>
      <Table.Td>
        <div>{name}</div>
        <Text size="xs" c="dimmed">
          {[id, ...(allowedAddresses ?? [])].join(', ')}
        </Text>
      </Table.Td>
      <Table.Td>
        <GrantList roles={roles} rights={rights} />
      </Table.Td>
      <Table.Td>{expiresAt === null ? t('keys.never') : instant(expiresAt)}</Table.Td>
      <Table.Td>{lastUsedAt === null ? t('keys.never') : instant(lastUsedAt)}</Table.Td>
      <Table.Td>
        <SureButton label={t('keys.end')} about={name} isBusy={isBusy} onSure={onEnd} />
      </Table.Td>
    </Table.Tr>
  )
}
