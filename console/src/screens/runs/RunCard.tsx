import type { Schema } from '@daybook/client'
import { Badge, Card, Group, Progress, Stack, Text } from '@mantine/core'
import { useWords } from '../../words/words.tsx'
import { Posted } from './Posted.tsx'
import { RunProblems } from './RunProblems.tsx'

const COLORS = { running: 'indigo', done: 'teal', failed: 'red' } as const
const LOOKS = { running: 'running', done: 'approved', failed: 'rejected' } as const

/** One run: how far it is, what it posted, and whose accounts it could not work out. */
export function RunCard({ run }: { readonly run: Schema<'Run'> }) {
  const { t, day, instant } = useWords()
  const done = run.accounts - run.accountsLeft
  return (
    <Card withBorder padding="md" component="article" aria-label={t('runs.through', { on: day(run.through) })}>
      <Stack gap="xs">
        <Group justify="space-between" gap="xs">
          <Text fw={600}>{t('runs.through', { on: day(run.through) })}</Text>
          <Group gap="xs">
            {run.problems.length > 0 && (
              <Badge color="orange" variant="light" radius="sm" tt="none" className="status pending">
                {t('runs.problems', { count: run.problems.length })}
              </Badge>
            )}
            <Badge
              color={COLORS[run.status]}
              variant="light"
              radius="sm"
              tt="none"
              className={`status ${LOOKS[run.status]}`}
            >
              {t(`runs.status.${run.status}`)}
            </Badge>
          </Group>
        </Group>
        <Text size="xs" c="dimmed">
          {run.finishedAt === null
            ? t('runs.since', { at: instant(run.startedAt) })
            : t('runs.finished', { at: instant(run.finishedAt), count: run.entities })}
        </Text>
        {run.status === 'running' && (
          <Progress
            value={run.accounts === 0 ? 0 : (100 * done) / run.accounts}
            aria-label={t('runs.progress', { done, all: run.accounts })}
          />
        )}
        <Posted postings={run.postings} amounts={run.amounts} />
        <RunProblems problems={run.problems} />
      </Stack>
    </Card>
  )
}
