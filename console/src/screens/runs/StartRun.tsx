import { must, Refused, type Schema } from '@daybook/client'
import { Alert, Button, Group, Stack, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useSession } from '../../app/session.tsx'
import { FormProblem } from '../../parts/FormProblem.tsx'
import { Section } from '../../parts/Section.tsx'
import { faultsOf } from '../../parts/said.ts'
import { today } from '../../parts/today.ts'
import { useSend } from '../../parts/use-send.ts'
import { useWords } from '../../words/words.tsx'
import { Posted } from './Posted.tsx'
import { RunProblems } from './RunProblems.tsx'

/** Another run: first what it would post, and started only after that was seen. */
export function StartRun() {
  const { t, day } = useWords()
  const [through, setThrough] = useState(today)
  const { look, start } = useRun()
  const error = start.error ?? look.error
  const isReady = look.data !== undefined || isTooMuch(look.error)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!look.isPending) look.mutate({ through })
  }
  return (
    <Section title={t('runs.start')} lead={t('runs.startLead')}>
      <form onSubmit={submit} noValidate>
        <Stack gap="sm">
          <Group align="flex-start">
            <TextInput
              type="date"
              label={t('runs.day')}
              value={through}
              error={faultsOf(error)['/through']}
              onChange={(event) => {
                look.reset()
                start.reset()
                setThrough(event.currentTarget.value)
              }}
            />
          </Group>
          <FormProblem error={error} at={['/through']} />
          {!start.isSuccess && (
            <Button type="submit" variant="default" w="fit-content" loading={look.isPending} disabled={through === ''}>
              {t('runs.look')}
            </Button>
          )}
          {look.data !== undefined && !start.isSuccess && <Would run={look.data} />}
          {start.isSuccess ? (
            <Alert color="teal" role="status" py="xs">
              {t('runs.started', { on: day(through) })}
            </Alert>
          ) : (
            isReady && (
              <Button
                w="fit-content"
                loading={start.isPending}
                onClick={() => {
                  if (!start.isPending) start.mutate({ through })
                }}
              >
                {t('runs.startNow', { on: day(through) })}
              </Button>
            )
          )}
        </Stack>
      </form>
    </Section>
  )
}

function Would({ run: { postings, amounts = {}, problems = [] } }: { readonly run: Schema<'StartedRun'> }) {
  const { t } = useWords()
  return (
    <Stack gap={4} component="section" aria-label={t('runs.would')}>
      {postings !== undefined && <Posted postings={postings} amounts={amounts} />}
      <RunProblems problems={problems} />
    </Stack>
  )
}

/** More accounts than a dry run works out: then it can be started all the same. */
function isTooMuch(error: unknown): boolean {
  return error instanceof Refused && error.problem.code === 'rule-violated' && error.problem.rule === 'dry-run-accounts'
}

function useRun() {
  const { daybook, book } = useSession()
  const look = useMutation({
    mutationFn: (body: Schema<'RunOrder'>) =>
      must(daybook.POST('/v1/books/{book}/runs', { params: { path: { book }, query: { dryRun: true } }, body })),
  })
  const start = useSend((body: Schema<'RunOrder'>, key) =>
    must(
      daybook.POST('/v1/books/{book}/runs', { params: { path: { book }, header: { 'Idempotency-Key': key } }, body }),
    ),
  )
  return { look, start }
}
