import { Button, Group } from '@mantine/core'
import { useState } from 'react'
import { useWords } from '../words/words.tsx'

/** For what cannot be taken back: it asks once more. */
export function SureButton({
  label,
  about,
  isBusy,
  onSure,
}: {
  readonly label: string
  /** What it is done to, for whoever does not see what stands beside the button. */
  readonly about: string
  readonly isBusy: boolean
  readonly onSure: () => void
}) {
  const { t } = useWords()
  const [isAsked, setAsked] = useState(false)
  if (!isAsked)
    return (
      <Button
        size="compact-sm"
        variant="default"
        loading={isBusy}
        aria-label={`${label}: ${about}`}
        onClick={() => setAsked(true)}
      >
        {label}
      </Button>
    )
  return (
    <Group gap={4} wrap="nowrap">
      <Button
        size="compact-sm"
        color="red"
        autoFocus
        aria-label={`${t('sure')} ${about}`}
        onClick={() => {
          setAsked(false)
          onSure()
        }}
      >
        {t('sure')}
      </Button>
      <Button size="compact-sm" variant="default" onClick={() => setAsked(false)}>
        {t('inbox.back')}
      </Button>
    </Group>
  )
}
