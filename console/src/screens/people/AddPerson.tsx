import type { Schema } from '@daybook/client'
import { Button, Stack, TextInput } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { AlreadyThere, addPerson } from '../../api/new-person.ts'
import { useSession } from '../../app/session.tsx'
import { Curl } from '../../parts/Curl.tsx'
import { FormProblem } from '../../parts/FormProblem.tsx'
import { AnchorLink } from '../../parts/links.tsx'
import { Screen } from '../../parts/Screen.tsx'
import { Section } from '../../parts/Section.tsx'
import { faultsOf } from '../../parts/said.ts'
import { today } from '../../parts/today.ts'
import { useSend } from '../../parts/use-send.ts'
import { useWords } from '../../words/words.tsx'
import { ProfileFields } from './ProfileFields.tsx'
import { definitionOf, PROFILE, type ProfileChanges } from './profile.ts'

interface Sent {
  readonly entity: string
  readonly body: Schema<'EntityDefinition'>
}

/** Somebody new, and then their page. */
export default function AddPerson() {
  const { t } = useWords()
  const { book } = useSession()
  const [id, setId] = useState('')
  const [said, setSaid] = useState<ProfileChanges>({ hiredOn: today() })
  const add = useAdd()
  const faults = faultsOf(add.error)
  const known = add.error instanceof AlreadyThere ? add.error.entity : undefined
  const sent: Sent = { entity: id.trim(), body: definitionOf(undefined, said) }
  const set = (next: ProfileChanges) => {
    add.reset()
    setSaid({ ...said, ...next })
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!add.isPending) add.mutate(sent)
  }
  const { name = '', email = '', personnelNumber = '', department = '', manager = '', calendar = '' } = said
  return (
    <Screen title={t('people.add')}>
      <Section title={t('person.profile')} lead={t('people.addLead')}>
        <form onSubmit={submit} noValidate>
          <Stack>
            <ProfileFields
              values={{ name, email, personnelNumber, department, manager, calendar }}
              faults={faults}
              set={set}
              first={
                <>
                  <TextInput
                    label={t('person.id')}
                    description={t('person.idHint')}
                    required
                    value={id}
                    error={known === undefined ? faults['/entity'] : <Known entity={known} />}
                    onChange={(event) => {
                      add.reset()
                      setId(event.currentTarget.value)
                    }}
                  />
                  <TextInput
                    type="date"
                    label={t('person.hiredOn')}
                    description={t('person.hiredOnHint')}
                    value={said.hiredOn ?? ''}
                    error={faults['/hiredOn']}
                    onChange={(event) => set({ hiredOn: event.currentTarget.value })}
                  />
                </>
              }
            />
            <FormProblem
              error={known === undefined ? add.error : null}
              at={['/entity', '/hiredOn', ...PROFILE.map((field) => `/${field}`)]}
            />
            <Button type="submit" w="fit-content" loading={add.isPending} disabled={sent.entity === ''}>
              {t('people.addNow')}
            </Button>
            <Curl method="PUT" path={`/v1/books/${book}/entities/${sent.entity}`} body={sent.body} />
          </Stack>
        </form>
      </Section>
    </Screen>
  )
}

function Known({ entity }: { readonly entity: string }) {
  const { t } = useWords()
  return (
    <>
      {`${t('people.known')} `}
      <AnchorLink to="/people/$entity" params={{ entity }}>
        {t('people.openKnown', { id: entity })}
      </AnchorLink>
    </>
  )
}

function useAdd() {
  const { daybook, book } = useSession()
  const navigate = useNavigate()
  return useSend(
    ({ entity, body }: Sent) => addPerson(daybook, { book, entity, body }),
    ({ id }) => void navigate({ to: '/people/$entity', params: { entity: id } }),
  )
}
