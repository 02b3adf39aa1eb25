import { each, must, type Schema } from '@daybook/client'
import { Button, Group, Skeleton, Stack, Table, Text, TextInput } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { SERVICE } from '../../api/client.ts'
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
import { type GrantFields, pointersOf, rolesOf } from './grant-fields.ts'

/** People who sign in here: invited, invited anew, and ended. */
export function Users() {
  return (
    <Stack>
      <Invite />
      <UserList />
    </Stack>
  )
}

const USERS = ['service', 'users'] as const

interface Fields {
  readonly email: string
  readonly name: string
  readonly grants: readonly GrantFields[]
}

function Invite() {
  const { t } = useWords()
  const { daybook, book } = useSession()
  const queries = useQueryClient()
  const empty: Fields = { email: '', name: '', grants: [firstGrant('roles', book)] }
  const [fields, setFields] = useState(empty)
  const invite = useMutation({
    mutationFn: () => must(daybook.POST('/v1/users', { body: bodyOf(fields) })),
    onSuccess: () => setFields(empty),
    onSettled: () => queries.invalidateQueries({ queryKey: USERS }),
  })
  const faults = faultsOf(invite.error)
  const set = (next: Partial<Fields>) => {
    if (invite.isError) invite.reset()
    setFields({ ...fields, ...next })
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!invite.isPending) invite.mutate()
  }
  return (
    <Section title={t('users.invite')} lead={t('users.lead')}>
      <form onSubmit={submit}>
        <Stack>
          <Group align="flex-start">
            <TextInput
              label={t('signIn.email')}
              required
              value={fields.email}
              error={faults['/email']}
              onChange={(event) => set({ email: event.currentTarget.value })}
            />
            <TextInput
              label={t('policy.name')}
              required
              value={fields.name}
              error={faults['/name']}
              onChange={(event) => set({ name: event.currentTarget.value })}
            />
          </Group>
          <Grants kind="roles" grants={fields.grants} faults={faults} onChange={(grants) => set({ grants })} />
          <FormProblem error={invite.error} at={['/email', '/name', ...pointersOf('roles', fields.grants)]} />
          <Button
            type="submit"
            w="fit-content"
            loading={invite.isPending}
            disabled={fields.email.trim() === '' || fields.name.trim() === ''}
          >
            {t('users.go')}
          </Button>
          {invite.isSuccess && <Invited user={invite.data} onSeen={() => invite.reset()} />}
          <Curl method="POST" path="/v1/users" body={bodyOf(fields)} isCommand={false} />
        </Stack>
      </form>
    </Section>
  )
}

function bodyOf({ email, name, grants }: Fields): Schema<'UserDefinition'> {
  return { email: email.trim(), name: name.trim(), roles: rolesOf(grants) }
}

/** The address to hand over; where nobody has a password here, they sign in at their login server. */
function Invited({ user, onSeen }: { readonly user: Schema<'InvitedUser'>; readonly onSeen: () => void }) {
  const { t } = useWords()
  const { invitation, name } = user
  if (invitation === null)
    return (
      <Text size="sm" role="status">
        {t('users.made', { name })}
      </Text>
    )
  return (
    <ShownOnce
      title={t('users.invited', { name })}
      secret={`${SERVICE}/#/invitation/${invitation.token}`}
      onSeen={onSeen}
    />
  )
}

function UserList() {
  const { t } = useWords()
  const { daybook } = useSession()
  const queries = useQueryClient()
  const users = useQuery({
    queryKey: USERS,
    queryFn: ({ signal }) => listed(each(daybook, '/v1/users', { signal })),
  })
  const onSettled = () => queries.invalidateQueries({ queryKey: USERS })
  const end = useMutation({
    mutationFn: (user: string) => must(daybook.DELETE('/v1/users/{user}', { params: { path: { user } } })),
    onSettled,
  })
  const again = useMutation({
    mutationFn: (user: string) =>
      must(daybook.POST('/v1/users/{user}/invitation', { params: { path: { user } }, body: {} })),
    onSettled,
  })
  return (
    <Section title={t('operate.users')} lead={t('users.listLead')}>
      <ProblemNotice error={end.error ?? again.error ?? users.error} />
      {again.isSuccess && <Invited user={again.data} onSeen={() => again.reset()} />}
      {users.isPending && <Skeleton h={120} />}
      {users.data?.length === 0 && <Text c="dimmed">{t('users.none')}</Text>}
      {(users.data?.length ?? 0) > 0 && (
        <Table.ScrollContainer minWidth={720}>
          <Table verticalSpacing="xs">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('policy.name')}</Table.Th>
                <Table.Th>{t('grants.title')}</Table.Th>
                <Table.Th>{t('users.signsIn')}</Table.Th>
                <Table.Th>{t('users.change')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {users.data?.map((user) => (
                <UserRow
                  key={user.id}
                  user={user}
                  isBusy={[end, again].some(({ isPending, variables }) => isPending && variables === user.id)}
                  onEnd={() => end.mutate(user.id)}
                  onAgain={() => again.mutate(user.id)}
                />
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </Section>
  )
}

function UserRow({
  user,
  isBusy,
  onEnd,
  onAgain,
}: {
  readonly user: Schema<'User'>
  readonly isBusy: boolean
  readonly onEnd: () => void
  readonly onAgain: () => void
}) {
  const { t } = useWords()
  const { name, email, roles } = user
  return (
    <Table.Tr>
      <Table.Td>
        <div>{name}</div>
        <Text size="xs" c="dimmed">
          {email}
        </Text>
      </Table.Td>
      <Table.Td>
        <GrantList roles={roles} rights={[]} />
      </Table.Td>
      <Table.Td>
        <SignsIn user={user} />
      </Table.Td>
      <Table.Td>
        <Group gap={4}>
          <Button
            size="compact-sm"
            variant="default"
            loading={isBusy}
            aria-label={`${t('users.again')}: ${name}`}
            onClick={onAgain}
          >
            {t('users.again')}
          </Button>
          <SureButton label={t('keys.end')} about={name} isBusy={isBusy} onSure={onEnd} />
        </Group>
      </Table.Td>
    </Table.Tr>
  )
}

function SignsIn({ user: { hasPassword, invitedUntil, lastSignInAt } }: { readonly user: Schema<'User'> }) {
  const { t, instant } = useWords()
  return (
    <>
      <div>
        {lastSignInAt === null
          ? t(hasPassword ? 'users.notYet' : 'users.noPassword')
          : t('users.last', { at: instant(lastSignInAt) })}
      </div>
      {invitedUntil !== null && <div>{t('users.invitedUntil', { at: instant(invitedUntil) })}</div>}
    </>
  )
}
