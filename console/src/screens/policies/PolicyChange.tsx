import { must, type Schema } from '@daybook/client'
import { Alert, Button, Group, SimpleGrid, Stack, Title } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useSession } from '../../app/session.tsx'
import { FormProblem } from '../../parts/FormProblem.tsx'
import { type Json, withValueAt } from '../../parts/pointer.ts'
import { Section } from '../../parts/Section.tsx'
import { faultsOf } from '../../parts/said.ts'
import { useSend } from '../../parts/use-send.ts'
import { useWords } from '../../words/words.tsx'
import { CarryOverFields } from './CarryOverFields.tsx'
import { definitionIn, draftOf } from './draft.ts'
import { EarningFields } from './EarningFields.tsx'
import { FieldsOf, OverdraftField, TextAt } from './fields.tsx'
import { Impact } from './Impact.tsx'
import { JsonField } from './JsonField.tsx'
import { RequestFields } from './RequestFields.tsx'
import { isShown } from './shown-fields.ts'

/** A policy said anew: first what that would come to for whom, and recorded only after it was seen. */
export function PolicyChange({ policy }: { readonly policy: Schema<'Policy'> }) {
  const { t, day } = useWords()
  const [draft, setDraft] = useState<Json | undefined>(() => draftOf(policy))
  const [begunAt, setBegunAt] = useState(policy.version)
  const { look, record } = useChange(policy.id, (recorded) => setBegunAt(recorded.version))
  const error = record.error ?? look.error
  const faults = faultsOf(error)
  const change = (next: Json | undefined) => {
    look.reset()
    record.reset()
    setDraft(next)
  }
  const set = (pointer: string, value: Json | undefined) => change(withValueAt(draft, pointer, value))
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!look.isPending) look.mutate(draft)
  }
  const isNews = look.data !== undefined && look.data.version !== policy.version
  return (
    <Section title={t('policies.change')} lead={t('policies.changeLead')}>
      {policy.version > begunAt && (
        <Alert color="yellow" py="xs" role="status">
          <Group justify="space-between" gap="xs">
            {t('policies.meanwhile', { version: policy.version })}
            <Button
              size="compact-sm"
              variant="light"
              onClick={() => {
                setBegunAt(policy.version)
                change(draftOf(policy))
              }}
            >
              {t('policies.anew')}
            </Button>
          </Group>
        </Alert>
      )}
      <form onSubmit={submit} noValidate>
        <FieldsOf value={{ draft, faults, set }}>
          <Stack>
            <SimpleGrid cols={{ base: 1, sm: 3 }} spacing="sm">
              <TextAt at="/name" label={t('policy.name')} />
              <TextAt at="/effectiveFrom" type="date" label={t('terms.effectiveFrom')} />
              <OverdraftField />
            </SimpleGrid>
            <Title order={3} size="h5">
              {t('person.assignments')}
            </Title>
            <EarningFields />
            <Title order={3} size="h5">
              {t('terms.carryOver')}
            </Title>
            <CarryOverFields />
            <Title order={3} size="h5">
              {t('terms.requests')}
            </Title>
            <RequestFields />
            <JsonField draft={draft} set={change} />
            <FormProblem error={error} at={Object.keys(faults).filter((pointer) => isShown(pointer, draft))} />
            {!record.isSuccess && (
              <Button type="submit" variant="default" w="fit-content" loading={look.isPending}>
                {t('impact.look')}
              </Button>
            )}
            {look.data !== undefined && !record.isSuccess && <Impact tried={look.data} before={policy} />}
            {isNews && !record.isSuccess && (
              <Button
                w="fit-content"
                loading={record.isPending}
                onClick={() => {
                  if (!record.isPending) record.mutate(draft)
                }}
              >
                {t('policies.record')}
              </Button>
            )}
            {record.data !== undefined && (
              <Alert color="teal" role="status" py="xs">
                {t('policies.recorded', { version: record.data.version, on: day(record.data.effectiveFrom) })}
              </Alert>
            )}
          </Stack>
        </FieldsOf>
      </form>
    </Section>
  )
}

function useChange(policy: string, onRecorded: (recorded: Schema<'DefinedPolicy'>) => void) {
  const { daybook, book } = useSession()
  const path = { book, policy }
  const look = useMutation({
    mutationFn: (draft: Json | undefined) =>
      must(
        daybook.PUT('/v1/books/{book}/policies/{policy}', {
          params: { path, query: { dryRun: true } },
          body: definitionIn(draft),
        }),
      ),
  })
  const record = useSend(
    (draft: Json | undefined, key) =>
      must(
        daybook.PUT('/v1/books/{book}/policies/{policy}', {
          params: { path, header: { 'Idempotency-Key': key } },
          body: definitionIn(draft),
        }),
      ),
    onRecorded,
  )
  return { look, record }
}
