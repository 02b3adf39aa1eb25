import { must, type Schema } from '@daybook/client'
import { Button, Group, NativeSelect, SimpleGrid, Stack, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { usePolicies } from '../../api/queries.ts'
import { useSession } from '../../app/session.tsx'
import { FormProblem } from '../../parts/FormProblem.tsx'
import { usePolicyNames } from '../../parts/policies.ts'
import { faultsOf } from '../../parts/said.ts'
import { today } from '../../parts/today.ts'
import { useSend } from '../../parts/use-send.ts'
import { useWords } from '../../words/words.tsx'

interface Fields {
  readonly policy: string
  readonly from: string
  readonly to: string
  readonly share: string
  readonly effectiveFrom: string
  readonly serviceSince: string
  readonly yearAmount: string
}

interface Sent {
  readonly assignment: string
  readonly body: Schema<'AssignmentDefinition'>
}

const AT = ['/policy', '/from', '/to', '/share', '/effectiveFrom', '/serviceSince', '/amounts/yearAmount']

/** Somebody is given a policy, or what was said of that changes: a share of full time from a day on, or the last day. */
export function AssignmentForm({
  entity,
  known,
  others,
  close,
}: {
  readonly entity: string
  /** undefined: another one. */
  readonly known: Schema<'Assignment'> | undefined
  readonly others: readonly Schema<'Assignment'>[]
  readonly close: () => void
}) {
  const { t } = useWords()
  const { daybook, book } = useSession()
  const names = usePolicyNames()
  const policies = usePolicies()
  const [fields, setFields] = useState<Fields>(() => fieldsOf(known))
  const earning = policies.data?.filter((one) => one.earning !== null && one.retiredFrom === null) ?? []
  const policy = fields.policy === '' ? (earning[0]?.id ?? '') : fields.policy
  const save = useSend(
    ({ assignment, body }: Sent, key) =>
      must(
        daybook.PUT('/v1/books/{book}/entities/{entity}/assignments/{assignment}', {
          params: { path: { book, entity, assignment }, header: { 'Idempotency-Key': key } },
          body,
        }),
      ),
    close,
  )
  const faults = faultsOf(save.error)
  const set = (next: Partial<Fields>) => {
    save.reset()
    setFields({ ...fields, ...next })
  }
  const text = (name: keyof Fields, pointer = `/${name}`) => ({
    label: t(`assignment.${name}`),
    value: fields[name],
    error: faults[pointer],
    onChange: ({ currentTarget: { value } }: { readonly currentTarget: { readonly value: string } }) =>
      set({ [name]: value }),
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (save.isPending) return
    save.mutate({ assignment: known?.id ?? freeId(policy, others), body: bodyOf({ ...fields, policy }, known) })
  }
  return (
    <form onSubmit={submit} noValidate aria-label={t(known === undefined ? 'assignment.add' : 'assignment.changeIt')}>
      <Stack gap="sm">
        <SimpleGrid cols={{ base: 1, sm: 2, md: 3 }} spacing="sm">
          <NativeSelect
            {...text('policy')}
            value={policy}
            disabled={known !== undefined}
            data={[...new Set([...(known === undefined ? [] : [known.policy]), ...earning.map(({ id }) => id)])].map(
              (value) => ({ value, label: names.policy(value) }),
            )}
          />
          <TextInput type="date" {...text('from')} />
          <TextInput type="date" description={t('employment.toHint')} {...text('to')} />
          <TextInput inputMode="decimal" description={t('assignment.shareHint')} {...text('share')} />
          {known !== undefined && (
            <TextInput type="date" description={t('assignment.effectiveFromHint')} {...text('effectiveFrom')} />
          )}
          <TextInput type="date" description={t('assignment.serviceSinceHint')} {...text('serviceSince')} />
          <TextInput
            inputMode="decimal"
            description={t('assignment.yearAmountHint')}
            {...text('yearAmount', '/amounts/yearAmount')}
          />
        </SimpleGrid>
        <FormProblem error={save.error} at={AT} />
        <Group gap="xs">
          <Button type="submit" size="sm" loading={save.isPending} disabled={policy === '' || fields.from === ''}>
            {t('form.save')}
          </Button>
          <Button size="sm" variant="default" onClick={close}>
            {t('form.cancel')}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

function fieldsOf(known: Schema<'Assignment'> | undefined): Fields {
  return {
    policy: known?.policy ?? '',
    from: known?.from ?? `${today().slice(0, 4)}-01-01`,
    to: known?.to ?? '',
    share: known?.share ?? '',
    effectiveFrom: known === undefined || known.effectiveFrom <= known.from ? '' : known.effectiveFrom,
    serviceSince: known?.serviceSince ?? '',
    yearAmount: known?.amounts?.yearAmount ?? '',
  }
}

/** The whole definition; what the form does not ask for stays as it is. */
function bodyOf(fields: Fields, known: Schema<'Assignment'> | undefined): Schema<'AssignmentDefinition'> {
  const { policy, from, to, share, effectiveFrom, serviceSince, yearAmount } = fields
  // A comma for decimals is what many type.
  const decimal = (typed: string) => typed.trim().replace(',', '.')
  return {
    policy,
    from,
    to: to === '' ? null : to,
    serviceSince: serviceSince === '' ? null : serviceSince,
    share: share.trim() === '' ? null : decimal(share),
    amounts:
      yearAmount.trim() !== ''
        ? { yearAmount: decimal(yearAmount) }
        : known?.amounts?.amount === undefined
          ? null
          : known.amounts,
    ...(known === undefined || known.terms === null ? {} : { terms: known.terms }),
    ...(effectiveFrom === '' ? {} : { effectiveFrom }),
  }
}

/** An id of the policy's own name, with a number where that is used. */
function freeId(policy: string, others: readonly Schema<'Assignment'>[]): string {
  const used = new Set(others.map(({ id }) => id))
  const free = (number: number): string => (used.has(`${policy}-${number}`) ? free(number + 1) : `${policy}-${number}`)
  return used.has(policy) ? free(2) : policy
}
