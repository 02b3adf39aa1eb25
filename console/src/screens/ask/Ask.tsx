import { must, type Problem, Refused, type Schema } from '@daybook/client'
import { Alert, Button, Card, Group, NativeSelect, SimpleGrid, Stack, Text, Textarea, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useBalances, usePolicies } from '../../api/queries.ts'
import { refresh } from '../../app/live.ts'
import { useSession } from '../../app/session.tsx'
import { ProblemNotice } from '../../parts/Notice.tsx'
import { usePolicyNames } from '../../parts/policies.ts'
import { Screen } from '../../parts/Screen.tsx'
import { faultsOf } from '../../parts/said.ts'
import { useWords } from '../../words/words.tsx'
import { type Draft, isBackwards, useDraft } from './draft.ts'
import { Preview } from './Preview.tsx'

const TYPING_MS = 250

export default function Ask() {
  const { t } = useWords()
  const { entity } = useSession()
  return (
    <Screen title={t('ask.title')}>
      {entity === undefined ? <Text c="dimmed">{t('me.nobody')}</Text> : <AskForm entity={entity} />}
    </Screen>
  )
}

function AskForm({ entity }: { readonly entity: string }) {
  const words = useWords()
  const { t } = words
  const [draft, change, begin] = useDraft()
  const kinds = useKinds(entity)
  const asked = { ...draft, resource: draft.resource === '' ? (kinds[0]?.value ?? '') : draft.resource }
  const [waited] = useDebouncedValue(asked, TYPING_MS)
  const tried = useDryRun(entity, waited)
  const [outcome, setOutcome] = useState<'sent' | 'taken' | 'used'>()
  const send = useSend(entity, (status) => {
    begin()
    setOutcome(status)
  })
  const faults = faultsOf(send.error ?? tried.error)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    // What was clicked twice is sent once; sent again, it has the same key.
    if (!send.isPending) send.mutate(asked)
  }
  const set = (next: Partial<Draft>) => {
    setOutcome(undefined)
    send.reset()
    change(next)
  }
  const isOneDay = asked.from !== '' && asked.from === asked.to
  const portions = (...names: readonly ('full' | 'am' | 'pm')[]) =>
    names.map((value) => ({ value, label: t(`portion.${value}`) }))
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
      <Card withBorder padding="lg">
        <form onSubmit={submit} aria-label={t('ask.title')}>
          <Stack>
            <NativeSelect
              label={t('ask.kind')}
              data={kinds}
              value={asked.resource}
              error={faults['/resource']}
              onChange={(event) => set({ resource: event.currentTarget.value })}
            />
            <Group grow align="flex-start">
              <TextInput
                type="date"
                label={t('ask.from')}
                required
                value={asked.from}
                error={faults['/from']}
                onChange={({ currentTarget: { value } }) =>
                  set({ from: value, ...(asked.to < value ? { to: value } : {}) })
                }
              />
              <TextInput
                type="date"
                label={t('ask.to')}
                required
                value={asked.to}
                min={asked.from}
                error={isBackwards(asked) ? t('ask.toBeforeFrom') : faults['/to']}
                onChange={(event) => set({ to: event.currentTarget.value })}
              />
            </Group>
            <Group grow align="flex-start">
              <NativeSelect
                label={t(isOneDay ? 'ask.portion' : 'ask.fromPortion')}
                data={isOneDay ? portions('full', 'am', 'pm') : portions('full', 'pm')}
                value={asked.fromPortion}
                error={faults['/fromPortion']}
                onChange={(event) => set({ fromPortion: event.currentTarget.value as Draft['fromPortion'] })}
              />
              {!isOneDay && (
                <NativeSelect
                  label={t('ask.toPortion')}
                  data={portions('full', 'am')}
                  value={asked.toPortion}
                  error={faults['/toPortion']}
                  onChange={(event) => set({ toPortion: event.currentTarget.value as Draft['toPortion'] })}
                />
              )}
            </Group>
            <Textarea
              label={t('ask.reason')}
              description={t('ask.reasonHint')}
              autosize
              minRows={2}
              maxLength={500}
              value={asked.reason}
              error={faults['/reason']}
              onChange={(event) => set({ reason: event.currentTarget.value })}
            />
            <ProblemNotice error={send.error} />
            {outcome !== undefined && (
              <Alert color={outcome === 'used' ? 'yellow' : 'teal'} role="status" py="xs">
                {t(`ask.${outcome}`)}
              </Alert>
            )}
            <Button type="submit" loading={send.isPending} disabled={asked.from === '' || asked.to === ''}>
              {t('ask.submit')}
            </Button>
          </Stack>
        </form>
      </Card>
      <Preview
        entity={entity}
        draft={waited}
        tried={tried.data}
        problem={tried.error}
        isOld={tried.isPlaceholderData}
      />
    </SimpleGrid>
  )
}

/** What somebody may ask for: whatever they have an account of, else whatever there is. */
function useKinds(entity: string): readonly { readonly value: string; readonly label: string }[] {
  const names = usePolicyNames()
  const policies = usePolicies()
  const balances = useBalances(entity)
  const resources = [
    ...(balances.data ?? []),
    ...(policies.data ?? []).filter(({ requests }) => requests !== null),
  ].map(({ resource }) => resource)
  return [...new Set(resources)].map((value) => ({ value, label: names.resource(value) }))
}

function bodyOf(
  entity: string,
  { resource, from, to, fromPortion, toPortion, reason }: Draft,
): Schema<'RequestSubmission'> {
  const isOneDay = from === to
  return {
    entity,
    resource,
    from,
    to,
    ...(fromPortion === 'full' || (fromPortion === 'am' && !isOneDay) ? {} : { fromPortion }),
    ...(toPortion === 'full' || isOneDay ? {} : { toPortion }),
    ...(reason.trim() === '' ? {} : { reason: reason.trim() }),
  }
}

function useDryRun(entity: string, draft: Draft) {
  const { daybook, book } = useSession()
  const { reason: _reason, ...days } = bodyOf(entity, draft)
  return useQuery({
    queryKey: ['book', book, 'dry-run', days],
    queryFn: ({ signal }) =>
      must(
        daybook.POST('/v1/books/{book}/requests', {
          params: { path: { book }, query: { dryRun: true } },
          body: days,
          signal,
        }),
      ),
    enabled: draft.from !== '' && draft.to >= draft.from && draft.resource !== '',
    placeholderData: keepPreviousData,
  })
}

function useSend(entity: string, onDone: (outcome: 'sent' | 'taken' | 'used') => void) {
  const { daybook, book } = useSession()
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (draft: Draft) =>
      must(
        daybook.POST('/v1/books/{book}/requests', {
          params: { path: { book }, header: { 'Idempotency-Key': draft.key } },
          body: bodyOf(entity, draft),
        }),
      ),
    onSuccess: ({ request }) => onDone(request?.status === 'approved' ? 'taken' : 'sent'),
    // Sent before, with no answer, and changed since: what was recorded then counts.
    onError: (error) => (isUsed(error) ? onDone('used') : undefined),
    onSettled: () => refresh(queries, book),
  })
}

function isUsed(error: unknown): boolean {
  const code: Problem['code'] | undefined = error instanceof Refused ? error.problem.code : undefined
  return code === 'idempotency-key-reused'
}
