import type { Schema } from '@daybook/client'
import { Button, Skeleton, Stack, Text } from '@mantine/core'
import { useCallback, useState } from 'react'
import { useRequests } from '../../api/queries.ts'
import { useSession } from '../../app/session.tsx'
import { ProblemNotice } from '../../parts/Notice.tsx'
import { Screen } from '../../parts/Screen.tsx'
import { useWords } from '../../words/words.tsx'
import { DecidedElsewhere, RequestCard } from './RequestCard.tsx'
import { StandIns } from './StandIns.tsx'
import { useWaiting } from './undo-time.ts'
import { useDecide } from './use-decide.ts'

export default function Inbox() {
  const { t } = useWords()
  const { entity } = useSession()
  const filter = entity === undefined ? ({ status: 'pending' } as const) : { waitingFor: entity }
  const requests = useRequests(filter)
  const { deciding, cameBack } = useDecide(filter)
  const sending = new Set(useWaiting().flatMap(({ id }) => id.split(' ')))
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set())
  const shown = (requests.data ?? []).filter(({ id }) => !sending.has(id))
  const gone = [...cameBack.values()].filter(({ was }) => !shown.some(({ id }) => id === was.id))
  const chosen = shown.filter(({ id }) => selected.has(id))
  const select = useCallback(
    (id: string, isSelected: boolean) =>
      setSelected((before) => new Set(isSelected ? [...before, id] : [...before].filter((one) => one !== id))),
    [],
  )
  const approve = (several: readonly Schema<'Request'>[]) => {
    setSelected(new Set())
    deciding.approve(several)
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
      {requests.data !== undefined && shown.length + gone.length === 0 && <Text c="dimmed">{t('inbox.empty')}</Text>}
      <Stack gap="sm">
        {gone.map((outcome) => (
          <DecidedElsewhere key={outcome.was.id} outcome={outcome} deciding={deciding} />
        ))}
        {shown.map((request) => (
          <RequestCard
            key={request.id}
            request={request}
            deciding={deciding}
            outcome={cameBack.get(request.id)}
            isSelected={selected.has(request.id)}
            onSelect={select}
          />
        ))}
      </Stack>
      {entity !== undefined && <StandIns entity={entity} />}
    </Screen>
  )
}
