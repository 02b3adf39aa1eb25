import { Alert, Button, Code, CopyButton, Group, Stack, Text } from '@mantine/core'
import { useWords } from '../words/words.tsx'

/** A secret, which nobody is shown again. */
export function ShownOnce({
  title,
  secret,
  onSeen,
}: {
  readonly title: string
  readonly secret: string
  readonly onSeen: () => void
}) {
  const { t } = useWords()
  return (
    <Alert role="status" color="indigo" variant="light" title={title}>
      <Stack gap="xs">
        <Text size="sm">{t('once.lead')}</Text>
        <Code block className="curl">
          {secret}
        </Code>
        <Group gap="xs">
          <CopyButton value={secret}>
            {({ copied, copy }) => (
              <Button size="compact-sm" variant="default" onClick={copy}>
                {t(copied ? 'copied' : 'copy')}
              </Button>
            )}
          </CopyButton>
          <Button size="compact-sm" variant="default" onClick={onSeen}>
            {t('once.seen')}
          </Button>
        </Group>
      </Stack>
    </Alert>
  )
}
