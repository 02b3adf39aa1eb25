import { Button, Group, Paper, Stack, Text } from '@mantine/core'
import { useInterval } from '@mantine/hooks'
import { useEffect, useState } from 'react'
import { useWords } from '../../words/words.tsx'
import { undo, useWaiting } from './undo-time.ts'

/** What was decided and can still be undone, on whatever screen somebody is. */
export function PendingDecisions() {
  const { t } = useWords()
  const waiting = useWaiting()
  const [now, setNow] = useState(Date.now)
  const { start, stop } = useInterval(() => setNow(Date.now()), 250)
  const isEmpty = waiting.length === 0
  useEffect(() => {
    if (isEmpty) return
    setNow(Date.now())
    start()
    return stop
  }, [isEmpty, start, stop])
  return (
    <Stack pos="fixed" bottom={16} right={16} gap="xs" role="status" className="waiting">
      {waiting.map(({ id, count, who, endsAt }) => (
        <Paper key={id} withBorder shadow="md" p="sm" radius="md">
          <Group wrap="nowrap">
            <Text size="sm">
              {t('inbox.approving', { count, who, seconds: Math.max(1, Math.ceil((endsAt - now) / 1_000)) })}
            </Text>
            <Button size="compact-sm" variant="light" onClick={() => undo(id)}>
              {t('inbox.undo')}
            </Button>
          </Group>
        </Paper>
      ))}
    </Stack>
  )
}
