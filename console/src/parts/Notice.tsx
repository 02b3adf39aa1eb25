import { Alert, Button, Group, Text } from '@mantine/core'
import { useWords } from '../words/words.tsx'
import { said } from './said.ts'

/** What went wrong, where it went wrong. */
export function ProblemNotice({ error, again }: { readonly error: unknown; readonly again?: () => void }) {
  const words = useWords()
  if (error === null || error === undefined) return null
  return (
    <Alert color="red" variant="light" role="alert" py="xs">
      <Group justify="space-between" gap="xs">
        <Text size="sm">{said(error, words)}</Text>
        {again !== undefined && (
          <Button size="compact-sm" variant="light" color="red" onClick={again}>
            {words.t('again')}
          </Button>
        )}
      </Group>
    </Alert>
  )
}
