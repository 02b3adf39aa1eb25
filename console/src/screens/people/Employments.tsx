import { must } from '@daybook/client'
import { Button, Group, Text, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { useEmployments } from '../../api/queries.ts'
import { useSession } from '../../app/session.tsx'
import { FormProblem } from '../../parts/FormProblem.tsx'
import { ProblemNotice } from '../../parts/Notice.tsx'
import { Section } from '../../parts/Section.tsx'
import { faultsOf } from '../../parts/said.ts'
import { useSend } from '../../parts/use-send.ts'
import { useWords } from '../../words/words.tsx'

interface Period {
  readonly from: string
  readonly to: string
}

const NONE: Period = { from: '', to: '' }

/** From when to when somebody is employed; whoever came back, more than once. */
export function Employments({ entity }: { readonly entity: string }) {
  const { t, day } = useWords()
  const { may } = useSession()
  const employments = useEmployments(entity)
  const [open, setOpen] = useState<Period>()
  return (
    <Section
      title={t('person.employments')}
      aside={
        may('entities:define') &&
        open === undefined && (
          <Button size="compact-sm" variant="default" onClick={() => setOpen(NONE)}>
            {t('employment.add')}
          </Button>
        )
      }
    >
      <ProblemNotice error={employments.error} />
      {employments.data?.length === 0 && <Text c="dimmed">{t('employment.always')}</Text>}
      {employments.data?.map(({ from, to }) => (
        <Group key={from ?? ''} gap="sm">
          <Text size="sm">
            {t('employment.span', { from: from === null ? '…' : day(from), to: to === null ? 'open' : day(to) })}
          </Text>
          {may('entities:define') && from !== null && (
            <Button size="compact-xs" variant="subtle" onClick={() => setOpen({ from, to: to ?? '' })}>
              {t('form.change')}
            </Button>
          )}
        </Group>
      ))}
      {open !== undefined && (
        <EmploymentForm key={open.from} entity={entity} known={open} close={() => setOpen(undefined)} />
      )}
    </Section>
  )
}

function EmploymentForm({
  entity,
  known,
  close,
}: {
  readonly entity: string
  readonly known: Period
  readonly close: () => void
}) {
  const { t } = useWords()
  const { daybook, book } = useSession()
  const [period, setPeriod] = useState(known)
  const save = useSend(
    ({ from, to }: Period, key) =>
      must(
        daybook.PUT('/v1/books/{book}/entities/{entity}/employments/{from}', {
          params: { path: { book, entity, from }, header: { 'Idempotency-Key': key } },
          body: { to: to === '' ? null : to },
        }),
      ),
    close,
  )
  const faults = faultsOf(save.error)
  const date = (name: keyof Period) => ({
    type: 'date',
    label: t(`employment.${name}`),
    value: period[name],
    error: faults[`/${name}`],
    onChange: ({ currentTarget: { value } }: { readonly currentTarget: { readonly value: string } }) => {
      save.reset()
      setPeriod({ ...period, [name]: value })
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!save.isPending) save.mutate(period)
  }
  return (
    <form onSubmit={submit} noValidate aria-label={t('person.employments')}>
      <Group align="flex-start">
        <TextInput {...date('from')} readOnly={known.from !== ''} />
        <TextInput {...date('to')} description={t('employment.toHint')} />
      </Group>
      <FormProblem error={save.error} at={['/from', '/to']} />
      <Group mt="sm" gap="xs">
        <Button type="submit" size="sm" loading={save.isPending} disabled={period.from === ''}>
          {t('form.save')}
        </Button>
        <Button size="sm" variant="default" onClick={close}>
          {t('form.cancel')}
        </Button>
      </Group>
    </form>
  )
}
