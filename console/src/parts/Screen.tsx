import { Group, Stack, Title } from '@mantine/core'
import { type ReactNode, useEffect } from 'react'

/** One screen: its title, in the window too, and what is on it. */
export function Screen({
  title,
  aside,
  children,
}: {
  readonly title: string
  readonly aside?: ReactNode
  readonly children: ReactNode
}) {
  useEffect(() => {
    document.title = `${title} · Daybook`
  }, [title])
  return (
    <Stack gap="lg">
      <Group justify="space-between" align="center" mih={36}>
        <Title order={1} size="h2">
          {title}
        </Title>
        {aside}
      </Group>
      {children}
    </Stack>
  )
}
