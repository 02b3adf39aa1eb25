import { must, type Schema } from '@daybook/client'
import { Button, Stack, Text } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { useSession } from '../../app/session.tsx'
import { FormProblem } from '../../parts/FormProblem.tsx'
import { Section } from '../../parts/Section.tsx'
import { faultsOf } from '../../parts/said.ts'
import { useSend } from '../../parts/use-send.ts'
import { useWords } from '../../words/words.tsx'
import { ProfileFields } from './ProfileFields.tsx'
import { definitionOf, PROFILE, type ProfileChanges } from './profile.ts'

/** What is known of a person, changed: only what was typed is other than what others say meanwhile. */
export function ProfileForm({ person }: { readonly person: Schema<'Entity'> }) {
  const { t } = useWords()
  const { daybook, book, may } = useSession()
  const [changes, setChanges] = useState<ProfileChanges>({})
  const save = useSend(
    (body: Schema<'EntityDefinition'>, key) =>
      must(
        daybook.PUT('/v1/books/{book}/entities/{entity}', {
          params: { path: { book, entity: person.id }, header: { 'Idempotency-Key': key } },
          body,
        }),
      ),
    () => setChanges({}),
  )
  const set = (next: ProfileChanges) => {
    save.reset()
    setChanges({ ...changes, ...next })
  }
  const value = (field: (typeof PROFILE)[number]) => changes[field] ?? person[field] ?? ''
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!save.isPending) save.mutate(definitionOf(person, changes))
  }
  return (
    <Section title={t('person.profile')}>
      <form onSubmit={submit} noValidate>
        <Stack>
          <ProfileFields
            values={{
              name: value('name'),
              email: value('email'),
              personnelNumber: value('personnelNumber'),
              department: value('department'),
              manager: value('manager'),
              calendar: value('calendar'),
            }}
            faults={faultsOf(save.error)}
            set={set}
          />
          <FormProblem error={save.error} at={PROFILE.map((field) => `/${field}`)} />
          {save.isSuccess && (
            <Text role="status" size="sm">
              {t('form.saved')}
            </Text>
          )}
          {may('entities:define') && (
            <Button type="submit" w="fit-content" loading={save.isPending} disabled={Object.keys(changes).length === 0}>
              {t('form.save')}
            </Button>
          )}
        </Stack>
      </form>
    </Section>
  )
}
