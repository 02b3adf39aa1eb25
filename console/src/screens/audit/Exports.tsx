import { type Daybook, must } from '@daybook/client'
import { Button, Group, Stack, Text, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useSession } from '../../app/session.tsx'
import { Curl } from '../../parts/Curl.tsx'
import { ProblemNotice } from '../../parts/Notice.tsx'
import { Section } from '../../parts/Section.tsx'
import { save } from '../../parts/saved.ts'
import { today } from '../../parts/today.ts'
import { useWords } from '../../words/words.tsx'

/** The history, and what it comes to on a day, as files. */
export function Exports() {
  const { t } = useWords()
  return (
    <Section title={t('exports.title')}>
      <History />
      <Balances />
    </Section>
  )
}

function History() {
  const { t } = useWords()
  const { daybook, book } = useSession()
  const load = useMutation({
    async mutationFn() {
      const options = { headers: { accept: 'application/x-ndjson' }, parseAs: 'blob' } as const
      const blob = await must<unknown>(
        daybook.GET('/v1/books/{book}/events', { params: { path: { book } }, ...options }),
      )
      // A cast: it is asked for as one.
      save(`${book}.ndjson`, blob as Blob)
    },
  })
  return (
    <Stack gap="xs">
      <Text size="sm">{t('exports.history')}</Text>
      <Button w="fit-content" variant="default" loading={load.isPending} onClick={() => load.mutate()}>
        {t('exports.historyGo')}
      </Button>
      <ProblemNotice error={load.error} />
      <Curl method="GET" path={`/v1/books/${book}/events`} accept="application/x-ndjson" file={`${book}.ndjson`} />
    </Stack>
  )
}

function Balances() {
  const { t } = useWords()
  const { daybook, book } = useSession()
  const [asOf, setAsOf] = useState(today)
  const load = useMutation({
    mutationFn: async () => save(`balances-${asOf}.csv`, await balancesAsCsv(daybook, { book, asOf })),
  })
  return (
    <Stack gap="xs">
      <Text size="sm">{t('exports.balances')}</Text>
      <Group align="flex-end">
        <TextInput
          type="date"
          label={t('explain.asOf')}
          value={asOf}
          onChange={(event) => setAsOf(event.currentTarget.value)}
        />
        <Button variant="default" loading={load.isPending} disabled={asOf === ''} onClick={() => load.mutate()}>
          {t('exports.balancesGo')}
        </Button>
      </Group>
      <ProblemNotice error={load.error} />
      <Curl
        method="GET"
        path={`/v1/books/${book}/balances?asOf=${asOf}&limit=${PAGE}`}
        accept="text/csv"
        file={`balances-${asOf}.csv`}
      />
    </Stack>
  )
}

const PAGE = 1000

/** All pages below one another, with one header line. */
async function balancesAsCsv(
  daybook: Daybook,
  { book, asOf }: { readonly book: string; readonly asOf: string },
): Promise<Blob> {
  const pages: string[] = []
  let cursor: string | undefined
  do {
    const query = { asOf, limit: PAGE, ...(cursor === undefined ? {} : { cursor }) }
    const options = { params: { path: { book }, query }, headers: { accept: 'text/csv' }, parseAs: 'text' } as const
    const answer = daybook.GET('/v1/books/{book}/balances', options)
    // A cast: a text is what is asked for.
    const text = (await must<unknown>(answer)) as string
    pages.push(cursor === undefined ? text : text.slice(text.indexOf('\n') + 1))
    cursor = nextOf((await answer).response.headers.get('link'))
  } while (cursor !== undefined)
  return new Blob(pages, { type: 'text/csv' })
}

function nextOf(link: string | null): string | undefined {
  const [, address] = /^<([^>]+)>; rel="next"/.exec(link ?? '') ?? []
  return address === undefined
    ? undefined
    : (new URLSearchParams(address.replace(/^\?/, '')).get('cursor') ?? undefined)
}
