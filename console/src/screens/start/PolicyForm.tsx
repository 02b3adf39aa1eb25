import { must, type Schema } from '@daybook/client'
import { Alert, Button, Card, NativeSelect, SimpleGrid, Stack, Switch, Text, TextInput, Title } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { refresh } from '../../app/live.ts'
import { useSession } from '../../app/session.tsx'
import { Curl } from '../../parts/Curl.tsx'
import { ProblemNotice } from '../../parts/Notice.tsx'
import { faultsOf } from '../../parts/said.ts'
import { today } from '../../parts/today.ts'
import { useWords } from '../../words/words.tsx'

interface Fields {
  readonly name: string
  readonly id: string
  readonly unit: 'day' | 'hour'
  readonly yearAmount: string
  readonly every: 'year' | 'month'
  readonly keep: string
  readonly until: string
  readonly byManager: boolean
}

const EMPTY: Fields = {
  name: '',
  id: '',
  unit: 'day',
  yearAmount: '25',
  every: 'year',
  keep: '',
  until: '',
  byManager: true,
}

/** The usual kind of leave in a form; what it comes to is said in words before it is recorded. */
export function PolicyForm() {
  const { t } = useWords()
  const { daybook, book } = useSession()
  const queries = useQueryClient()
  const [fields, setFields] = useState(EMPTY)
  const [key, setKey] = useState(newKey)
  const tried = useTried(fields)
  const define = useMutation({
    mutationFn: () =>
      must(
        daybook.PUT('/v1/books/{book}/policies/{policy}', {
          params: { path: { book, policy: idOf(fields) }, header: { 'Idempotency-Key': key } },
          body: bodyOf(fields),
        }),
      ),
    onSuccess: () => {
      setKey(newKey())
      void refresh(queries, book)
    },
  })
  const faults = faultsOf(define.error ?? tried.error)
  const set = (next: Partial<Fields>) => {
    define.reset()
    setFields({ ...fields, ...next })
  }
  const text = (name: 'name' | 'id' | 'yearAmount' | 'keep' | 'until', pointer: string) => ({
    value: fields[name],
    error: faults[pointer],
    onChange: ({ currentTarget: { value } }: { currentTarget: { value: string } }) => set({ [name]: value }),
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!define.isPending) define.mutate()
  }
  return (
    <Card withBorder padding="lg" component="section" aria-label={t('policy.title')}>
      <form onSubmit={submit}>
        <Stack>
          <div>
            <Title order={2} size="h4">
              {t('policy.title')}
            </Title>
            <Text size="sm" c="dimmed">
              {t('policy.lead')}
            </Text>
          </div>
          <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
            <TextInput label={t('policy.name')} required {...text('name', '/name')} />
            <TextInput label={t('policy.id')} placeholder={idOf(fields)} {...text('id', '/policy')} />
            <NativeSelect
              label={t('policy.unit')}
              value={fields.unit}
              data={(['day', 'hour'] as const).map((value) => ({ value, label: t(`policy.unit.${value}`) }))}
              onChange={(event) => set({ unit: event.currentTarget.value as Fields['unit'] })}
            />
            <TextInput
              label={t('policy.yearAmount')}
              required
              inputMode="decimal"
              {...text('yearAmount', '/earning/levels/0/yearAmount')}
            />
            <NativeSelect
              label={t('policy.every')}
              value={fields.every}
              data={(['year', 'month'] as const).map((value) => ({ value, label: t(`policy.every.${value}`) }))}
              onChange={(event) => set({ every: event.currentTarget.value as Fields['every'] })}
            />
            <TextInput
              label={t('policy.keep')}
              description={t('policy.keepHint')}
              inputMode="decimal"
              {...text('keep', '/carryOver/keep/upTo')}
            />
            <TextInput
              label={t('policy.until')}
              description={t('policy.untilHint')}
              placeholder="03-31"
              {...text('until', '/carryOver/validUntil')}
            />
          </SimpleGrid>
          <Switch
            label={t('policy.byManager')}
            checked={fields.byManager}
            onChange={(event) => set({ byManager: event.currentTarget.checked })}
          />
          {tried.data?.text !== undefined && (
            <Alert color="indigo" variant="light" py="xs" title={t('policy.inWords')}>
              {tried.data.text}
            </Alert>
          )}
          {Object.keys(faults).length === 0 && <ProblemNotice error={define.error ?? tried.error} />}
          {define.isSuccess && (
            <Text role="status" size="sm">
              {t('policy.done', { name: fields.name })}
            </Text>
          )}
          <Button type="submit" w="fit-content" loading={define.isPending} disabled={fields.name.trim() === ''}>
            {t('policy.submit')}
          </Button>
          <Curl method="PUT" path={`/v1/books/${book}/policies/${idOf(fields)}`} body={bodyOf(fields)} />
        </Stack>
      </form>
    </Card>
  )
}

function useTried(fields: Fields) {
  const { daybook, book } = useSession()
  const [waited] = useDebouncedValue(fields, 300)
  return useQuery({
    queryKey: ['book', book, 'tried-policy', waited],
    queryFn: ({ signal }) =>
      must(
        daybook.PUT('/v1/books/{book}/policies/{policy}', {
          params: { path: { book, policy: idOf(waited) }, query: { dryRun: true } },
          body: bodyOf(waited),
          signal,
        }),
      ),
    enabled: waited.name.trim() !== '',
    placeholderData: keepPreviousData,
  })
}

function idOf({ id, name }: Fields): string {
  if (id.trim() !== '') return id.trim()
  const plain = name
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
  return plain === '' ? 'leave' : plain
}

function bodyOf(fields: Fields): Schema<'PolicyDefinition'> {
  const { name, unit, yearAmount, every, keep, until, byManager } = fields
  // A comma for decimals is what many type.
  const decimal = (text: string) => text.trim().replace(',', '.')
  return {
    name: name.trim(),
    resource: idOf(fields),
    unit,
    scale: 2,
    dayExclusive: unit === 'day',
    overdraftLimit: '0',
    requests: { approval: byManager ? ['manager'] : [] },
    earning: { every, levels: [{ yearAmount: decimal(yearAmount) }] },
    ...(keep.trim() === '' && until.trim() === ''
      ? {}
      : {
          carryOver: {
            ...(keep.trim() === '' ? {} : { keep: { upTo: decimal(keep) } }),
            ...(until.trim() === '' ? {} : { validUntil: until.trim() }),
          },
        }),
    effectiveFrom: `${today().slice(0, 4)}-01-01`,
  }
}

function newKey(): string {
  return `policy:${Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, '0')).join('')}`
}
