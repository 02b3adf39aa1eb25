import type { Schema } from '@daybook/client'
import { Button, Skeleton, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { useRequests } from '../../api/queries.ts'
import { useSession } from '../../app/session.tsx'
import { ProblemNotice } from '../../parts/Notice.tsx'
import { Screen } from '../../parts/Screen.tsx'
import { useWords } from '../../words/words.tsx'
import { RequestCard } from './RequestCard.tsx'
import { useWaiting } from './undo-time.ts'
import { useDecide } from './use-decide.ts'

export default function Inbox() {
  const { t } = useWords()
  const { entity } = useSession()
  const filter = entity === undefined ? ({ status: 'pending' } as const) : { waitingFor: entity }
  const requests = useRequests(filter)
  const decide = useDecide(filter)
  const deciding = new Set(useWaiting().flatMap(({ id }) => id.split(' ')))
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set())
  const shown = (requests.data ?? []).filter(({ id }) => !deciding.has(id))
  const chosen = shown.filter(({ id }) => selected.has(id))
  const select = (id: string, isSelected: boolean) => {
    const next = new Set(selected)
    if (isSelected) next.add(id)
    else next.delete(id)
    setSelected(next)
  }
  const approve = (several: readonly Schema<'Request'>[]) => {
    setSelected(new Set())
    decide.approve(several)
  }
  return (
    <Screen
      title={t('inbox.title')}
      aside={
        chosen.length > 0 && (
          <Button onClick={() => approve(chosen)}>{t('inbox.approveSeveral', { count: chosen.length })}</Button>
        )
      }
    >
      {requests.isPending && <Skeleton h={120} />}
      <ProblemNotice error={requests.error} again={() => void requests.refetch()} />
      {requests.data !== undefined && shown.length === 0 && <Text c="dimmed">{t('inbox.empty')}</Text>}
      <Stack gap="sm">
        {shown.map((request) => (
          <RequestCard
            key={request.id}
            request={request}
            decide={decide}
            isSelected={selected.has(request.id)}
            onSelect={(isSelected) => select(request.id, isSelected)}
          />
        ))}
      </Stack>
    </Screen>
  )
}
