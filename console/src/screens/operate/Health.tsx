import type { Schema } from '@daybook/client'
import { Alert, Skeleton, Stack, Table, Text } from '@mantine/core'
import { useSession } from '../../app/session.tsx'
import { AnchorLink } from '../../parts/links.tsx'
import { ProblemNotice } from '../../parts/Notice.tsx'
import { Section } from '../../parts/Section.tsx'
import { useWords } from '../../words/words.tsx'
import { type Sample, totalIn } from './metrics.ts'
import { useChecks, useMetrics, useReadiness } from './use-health.ts'

/** Whether the service can do its work; and for whoever is on its machine, what it looks at and what it counts. */
export function Health() {
  const { t } = useWords()
  const ready = useReadiness()
  const health = useChecks()
  const checks = health.data?.checks
  const metrics = useMetrics({ enabled: checks !== undefined })
  return (
    <Stack>
      {ready.isPending && <Skeleton h={48} />}
      <ProblemNotice error={ready.error} again={() => void ready.refetch()} />
      {ready.isSuccess && (
        <Alert
          role="status"
          color={ready.data === null ? 'teal' : 'red'}
          variant="light"
          className={`outcome ${ready.data === null ? 'good' : 'bad'}`}
          title={t(ready.data === null ? 'health.ready' : 'health.notReady')}
        >
          {ready.data}
        </Alert>
      )}
      {health.isSuccess && checks === undefined && <Text c="dimmed">{t('health.elsewhere')}</Text>}
      {checks !== undefined && <Checks checks={checks} />}
      {metrics.data !== undefined && (
        <>
          <Lag samples={metrics.data} />
          <Jobs samples={metrics.data} />
        </>
      )}
    </Stack>
  )
}

function Checks({ checks }: { readonly checks: NonNullable<Schema<'Health'>['checks']> }) {
  const { t } = useWords()
  return (
    <Section title={t('health.checks')}>
      <Table verticalSpacing="xs">
        <Table.Tbody>
          {Object.entries(checks).map(([name, { status, detail }]) => (
            <Table.Tr key={name}>
              <Table.Th scope="row">{name}</Table.Th>
              <Table.Td className={`status ${status === 'ok' ? 'approved' : 'rejected'}`}>
                {t(`health.status.${status}`)}
              </Table.Td>
              <Table.Td className="hash">{detail}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Section>
  )
}

const LAG = 'daybook_projection_lag_events'

/** How far each read model is behind the record, over all books. */
function Lag({ samples }: { readonly samples: readonly Sample[] }) {
  const { t } = useWords()
  const names = samples.filter(({ name }) => name === LAG).map(({ labels }) => labels['projection'] ?? '')
  const valueOf = (of: string, projection: string) =>
    samples.find(({ name, labels }) => name === of && labels['projection'] === projection)?.value ?? 0
  return (
    <Section title={t('health.lag')}>
      <Table.ScrollContainer minWidth={480}>
        <Table verticalSpacing="xs">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('health.readModel')}</Table.Th>
              <Table.Th ta="right">{t('health.events')}</Table.Th>
              <Table.Th ta="right">{t('health.seconds')}</Table.Th>
              <Table.Th ta="right">{t('health.parked')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {names.map((name) => (
              <Table.Tr key={name}>
                <Table.Td>{name}</Table.Td>
                <Table.Td ta="right" className="numbers">
                  {valueOf(LAG, name)}
                </Table.Td>
                <Table.Td ta="right" className="numbers">
                  {valueOf('daybook_projection_lag_seconds', name).toFixed(1)}
                </Table.Td>
                <Table.Td ta="right" className="numbers">
                  {valueOf('daybook_projection_parked_entities', name)}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Section>
  )
}

const JOBS = {
  'health.runAccounts': 'daybook_run_accounts_total',
  'health.runPostings': 'daybook_run_postings_total',
  'health.runProblems': 'daybook_run_problems_total',
  'health.recounted': 'daybook_late_facts_recounted_total',
  'health.uncounted': 'daybook_late_facts_uncounted_total',
  'health.jobTroubles': 'daybook_jobs_troubles_total',
  'health.webhookLag': 'daybook_webhook_lag_events',
} as const

/** What jobs have done since the process began that answers. */
function Jobs({ samples }: { readonly samples: readonly Sample[] }) {
  const { t } = useWords()
  const { may } = useSession()
  return (
    <Section title={t('health.jobs')} aside={may('runs:read') && <AnchorLink to="/runs">{t('nav.runs')}</AnchorLink>}>
      <Table verticalSpacing="xs">
        <Table.Tbody>
          {(Object.keys(JOBS) as (keyof typeof JOBS)[]).map((words) => (
            <Table.Tr key={words}>
              <Table.Th scope="row" fw={400}>
                {t(words)}
              </Table.Th>
              <Table.Td ta="right" className="numbers">
                {totalIn(samples, JOBS[words])}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Section>
  )
}
