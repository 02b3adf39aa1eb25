import { Badge } from '@mantine/core'
import { useWords } from '../words/words.tsx'

const COLORS = { pending: 'yellow', approved: 'teal', rejected: 'red', cancelled: 'gray' } as const

export function StatusBadge({ status }: { readonly status: keyof typeof COLORS }) {
  const { t } = useWords()
  return (
    <Badge color={COLORS[status]} variant="light" radius="sm" tt="none" autoContrast className={`status ${status}`}>
      {t(`status.${status}`)}
    </Badge>
  )
}
