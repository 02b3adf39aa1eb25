import { each } from '@daybook/client'
import { Skeleton, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { listed } from '../../api/queries.ts'
import { useSession } from '../../app/session.tsx'
import { ProblemNotice } from '../../parts/Notice.tsx'
import { Screen } from '../../parts/Screen.tsx'
import { Section } from '../../parts/Section.tsx'
import { useWords } from '../../words/words.tsx'
import { RunCard } from './RunCard.tsx'
import { StartRun } from './StartRun.tsx'

/** More than three months of nightly runs. */
const SHOWN = 100
const LOOK_MS = 1_000

/** What the rules have posted, run by run, whose accounts could not be worked out, and another run. */
export default function Runs() {
  const { t } = useWords()
  const { may } = useSession()
  const runs = useRuns()
  return (
    <Screen title={t('runs.title')}>
      {may('runs:start') && <StartRun />}
      <Section title={t('runs.list')} lead={t('runs.listLead', { count: SHOWN })}>
        <ProblemNotice error={runs.error} again={() => void runs.refetch()} />
        {runs.isPending && <Skeleton h={200} />}
        {runs.data?.length === 0 && <Text c="dimmed">{t('runs.none')}</Text>}
        <Stack gap="sm">
          {runs.data?.map((run) => (
            <RunCard key={run.id} run={run} />
          ))}
        </Stack>
      </Section>
    </Screen>
  )
}

/** Looked at again while one of them goes on. */
function useRuns() {
  const { daybook, book } = useSession()
  return useQuery({
    queryKey: ['book', book, 'runs'],
    queryFn: ({ signal }) =>
      listed(
        each(daybook, '/v1/books/{book}/runs', { params: { path: { book }, query: { limit: SHOWN } }, signal }),
        SHOWN,
      ),
    refetchInterval: ({ state: { data } }) => (data?.some(({ status }) => status === 'running') ? LOOK_MS : false),
  })
}
