import { Button, Group, Paper, Stack, Text } from '@mantine/core'
import { useHotkeys, useInterval } from '@mantine/hooks'
import { useEffect, useState } from 'react'
import { useWords } from '../../words/words.tsx'
import { undo, useWaiting } from './undo-time.ts'

/** What was decided and can still be undone, on whatever screen somebody is. */
export function PendingDecisions() {
  const { t } = useWords()
  const waiting = useWaiting()
  const [now, setNow] = useState(Date.now)
  const { start, stop } = useInterval(() => setNow(Date.now()), 250)
  // Time is short, and by Tab it is far.
  useHotkeys([['mod+Z', () => undo(waiting.at(-1)?.id ?? '')]])
  const isEmpty = waiting.length === 0
  useEffect(() => {
    if (isEmpty) return
    setNow(Date.now())
    start()
    return stop
  }, [isEmpty, start, stop])
  return (
    <Stack gap="xs" role="status" className="waiting">
      {waiting.map(({ id, count, who, endsAt }) => (
        <Paper key={id} withBorder shadow="md" p="sm" radius="md">
          <Group wrap="nowrap">
            <Text size="sm">
              {t('inbox.approving', { count, who, seconds: Math.max(1, Math.ceil((endsAt - now) / 1_000)) })}
            </Text>
            <Button
              size="compact-sm"
              variant="light"
              aria-keyshortcuts="Control+Z"
              title={t('inbox.undoKeys')}
              onClick={() => undo(id)}
            >
              {t('inbox.undo')}
            </Button>
          </Group>
        </Paper>
      ))}
    </Stack>
  )
}
