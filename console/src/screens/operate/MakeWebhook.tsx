import { must, type Schema } from '@daybook/client'
import { Button, Checkbox, Group, Stack, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useSession } from '../../app/session.tsx'
import { Curl } from '../../parts/Curl.tsx'
import { FormProblem } from '../../parts/FormProblem.tsx'
import { Section } from '../../parts/Section.tsx'
import { ShownOnce } from '../../parts/ShownOnce.tsx'
import { faultsOf } from '../../parts/said.ts'
import { useWords } from '../../words/words.tsx'

interface Fields {
  readonly id: string
  readonly url: string
  readonly events: string
  readonly entities: string
  readonly erasable: boolean
}

const EMPTY: Fields = { id: '', url: '', events: '*', entities: '', erasable: false }

/** An address that events are sent to; its secret is shown once. */
export function MakeWebhook() {
  const { t } = useWords()
  const { daybook, book } = useSession()
  const queries = useQueryClient()
  const [fields, setFields] = useState(EMPTY)
  const webhook = fields.id.trim()
  const make = useMutation({
    mutationFn: () =>
      must(
        daybook.PUT('/v1/books/{book}/webhooks/{webhook}', {
          params: { path: { book, webhook } },
          body: bodyOf(fields),
        }),
      ),
    onSuccess: () => setFields(EMPTY),
    onSettled: () => queries.invalidateQueries({ queryKey: ['book', book, 'webhooks'] }),
  })
  const faults = byField(faultsOf(make.error))
  const set = (next: Partial<Fields>) => {
    if (make.isError) make.reset()
    setFields({ ...fields, ...next })
  }
  const text = (name: 'id' | 'url' | 'events' | 'entities') => ({
    value: fields[name],
    error: faults[name],
    onChange: (event: { currentTarget: { value: string } }) => set({ [name]: event.currentTarget.value }),
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!make.isPending) make.mutate()
  }
  return (
    <Section title={t('webhooks.make')} lead={t('webhooks.lead')}>
      <form onSubmit={submit}>
        <Stack>
          <Group align="flex-start">
            <TextInput label={t('policy.id')} required placeholder="payroll" {...text('id')} />
            <TextInput
              label={t('webhooks.url')}
              required
              w={320}
              maw="100%"
              placeholder="https://example.com/daybook"
              {...text('url')}
            />
          </Group>
          <TextInput label={t('webhooks.events')} description={t('webhooks.eventsHint')} {...text('events')} />
          <TextInput label={t('webhooks.entities')} description={t('webhooks.entitiesHint')} {...text('entities')} />
          <Checkbox
            label={t('webhooks.erasable')}
            checked={fields.erasable}
            onChange={(event) => set({ erasable: event.currentTarget.checked })}
          />
          <FormProblem
            error={make.error}
            at={Object.keys(faultsOf(make.error)).filter((pointer) => fieldOf(pointer))}
          />
          <Button
            type="submit"
            w="fit-content"
            loading={make.isPending}
            disabled={webhook === '' || fields.url.trim() === ''}
          >
            {t('webhooks.go')}
          </Button>
          {make.isSuccess && make.data.secret !== null && (
            <ShownOnce
              title={t('webhooks.secret', { id: make.data.id })}
              secret={make.data.secret}
              onSeen={() => make.reset()}
            />
          )}
          <Curl
            method="PUT"
            path={`/v1/books/${book}/webhooks/${encodeURIComponent(webhook)}`}
            body={bodyOf(fields)}
            isCommand={false}
          />
        </Stack>
      </form>
    </Section>
  )
}

function bodyOf({ url, events, entities, erasable }: Fields): Schema<'WebhookDefinition'> {
  const some = listIn(entities)
  return {
    url: url.trim(),
    // A cast: what is none is refused by the service, in its words.
    events: listIn(events) as Schema<'WebhookDefinition'>['events'],
    ...(some.length === 0 ? {} : { entities: some }),
    ...(erasable ? { include: ['erasable'] } : {}),
  }
}

function listIn(text: string): string[] {
  return text.split(/[\s,]+/).filter((one) => one !== '')
}

/** The field that a member is typed in: lists are typed as one text. */
function fieldOf(pointer: string): 'id' | 'url' | 'events' | 'entities' | undefined {
  if (pointer === '/webhook') return 'id'
  const [, name] = /^\/(url|events|entities)\b/.exec(pointer) ?? []
  return name as 'url' | 'events' | 'entities' | undefined
}

function byField(faults: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(faults).flatMap(([pointer, message]) => {
      const field = fieldOf(pointer)
      return field === undefined ? [] : [[field, message]]
    }),
  )
}
