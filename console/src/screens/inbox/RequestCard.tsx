import type { Schema } from '@daybook/client'
import { Alert, Button, Card, Checkbox, Group, Stack, Text, Textarea } from '@mantine/core'
import { type FormEvent, memo, useState } from 'react'
import { useAbsences, useBalances, usePolicies } from '../../api/queries.ts'
import { ProblemNotice } from '../../parts/Notice.tsx'
import { useActorNames, useNames } from '../../parts/names.ts'
import { amountOf, totalOf, usePolicyNames } from '../../parts/policies.ts'
import { StatusBadge } from '../../parts/StatusBadge.tsx'
import { daysBetween, today } from '../../parts/today.ts'
import { useWords } from '../../words/words.tsx'
import type { CameBack, Deciding } from './use-decide.ts'

type Request = Schema<'Request'>

interface Decided {
  readonly request: Request
  readonly deciding: Deciding
}

interface Shown extends Decided {
  readonly outcome: CameBack | undefined
  readonly isSelected: boolean
  readonly onSelect: (id: string, isSelected: boolean) => void
}

/** One that waits, with what deciding needs beside it. */
export const RequestCard = memo(function RequestCard({ request, deciding, outcome, isSelected, onSelect }: Shown) {
  const words = useWords()
  const { t, span } = words
  const nameOf = useNames()
  const names = usePolicyNames()
  const policies = usePolicies()
  const [isRejecting, setRejecting] = useState(false)
  const who = nameOf(request.entity)
  return (
    <Card
      withBorder
      padding="md"
      component="article"
      aria-label={`${who}, ${span(request.from, request.to)}`}
      data-request={request.id}
    >
      <Group align="flex-start" justify="space-between" gap="md">
        <Group align="flex-start" wrap="nowrap" flex="1 1 20rem">
          <Checkbox
            mt={3}
            checked={isSelected}
            onChange={(event) => onSelect(request.id, event.currentTarget.checked)}
            aria-label={t('inbox.select', { who })}
          />
          <Stack gap={2}>
            <Group gap="xs">
              <Text fw={600}>{who}</Text>
              <Text>{span(request.from, request.to)}</Text>
              <Text c="dimmed" className="numbers">
                {totalOf(request, policies.data, words)}
              </Text>
            </Group>
            <Group gap="md">
              <Text size="sm">{names.resource(request.resource)}</Text>
              <Left request={request} />
              <Overlap request={request} />
              <Begins from={request.from} />
            </Group>
            {request.reason !== null && <Text size="sm" fs="italic">{`“${request.reason}”`}</Text>}
          </Stack>
        </Group>
        {!isRejecting && (
          <Group gap="xs">
            <Button variant="default" onClick={() => setRejecting(true)}>
              {t('inbox.reject')}
            </Button>
            <Button onClick={() => deciding.approve([request])}>{t('inbox.approve')}</Button>
          </Group>
        )}
      </Group>
      {isRejecting && <Rejecting request={request} deciding={deciding} onBack={() => setRejecting(false)} />}
      {outcome !== undefined && <Meanwhile outcome={outcome} onSeen={() => deciding.dismiss(request.id)} />}
    </Card>
  )
})

function Left({ request }: { readonly request: Request }) {
  const words = useWords()
  const { data } = useBalances(request.entity, request.to)
  const balance = data?.find(({ policy, resource }) =>
    request.policy === null ? resource === request.resource : policy === request.policy,
  )
  if (balance === undefined) return null
  return (
    <Text size="sm" c="dimmed">
      {words.t('inbox.left', { amount: amountOf(balance.available, balance.unit, words) })}
    </Text>
  )
}

function Overlap({ request }: { readonly request: Request }) {
  const { t } = useWords()
  const { data } = useAbsences(request.id)
  const nameOf = useNames()
  if (data === undefined) return null
  const others = [...new Set(data.items.map(({ entity }) => entity))]
  if (others.length === 0)
    return (
      <Text size="sm" c="dimmed">
        {t('inbox.noOverlap')}
      </Text>
    )
  return (
    <Text size="sm" className="warns" title={others.map(nameOf).join(', ')}>
      {t('inbox.overlap', { count: others.length })}
    </Text>
  )
}

function Begins({ from }: { readonly from: string }) {
  const { t } = useWords()
  const days = daysBetween(today(), from)
  return (
    <Text size="sm" c="dimmed">
      {days >= 0 ? t('inbox.notice', { count: days }) : t('inbox.past', { count: -days })}
    </Text>
  )
}

function Rejecting({ request, deciding, onBack }: Decided & { readonly onBack: () => void }) {
  const { t } = useWords()
  const [reason, setReason] = useState('')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void deciding.reject(request, reason.trim())
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="xs" mt="sm">
        <Textarea
          label={t('inbox.reason')}
          required
          data-autofocus
          autoFocus
          autosize
          minRows={2}
          maxLength={500}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        <Group gap="xs" justify="flex-end">
          <Button variant="default" type="button" onClick={onBack}>
            {t('inbox.back')}
          </Button>
          <Button color="red" type="submit" disabled={reason.trim() === ''}>
            {t('inbox.rejectNow')}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

/** Somebody else was faster, or the service says no: which, and how it stands now. */
function Meanwhile({ outcome, onSeen }: { readonly outcome: CameBack; readonly onSeen: () => void }) {
  const { t } = useWords()
  const nameOf = useActorNames()
  const by = outcome.request?.history.at(-1)?.by
  if (outcome.request === undefined || by === undefined) return <ProblemNotice error={outcome.error} />
  return (
    <Alert color="yellow" mt="sm" py="xs" role="alert" withCloseButton closeButtonLabel={t('close')} onClose={onSeen}>
      {t('inbox.meanwhile', { who: nameOf(by), status: outcome.request.status })}
    </Alert>
  )
}

/** One that nobody waits for any more, and that somebody here has just decided about: it stays until that was read. */
export function DecidedElsewhere({ outcome, deciding }: { readonly outcome: CameBack; readonly deciding: Deciding }) {
  const { span } = useWords()
  const nameOf = useNames()
  const { was, request } = outcome
  const who = nameOf(was.entity)
  return (
    <Card
      withBorder
      padding="md"
      component="article"
      aria-label={`${who}, ${span(was.from, was.to)}`}
      data-request={was.id}
    >
      <Group gap="xs">
        <Text fw={600}>{who}</Text>
        <Text>{span(was.from, was.to)}</Text>
        <StatusBadge status={(request ?? was).status} />
      </Group>
      <Meanwhile outcome={outcome} onSeen={() => deciding.dismiss(was.id)} />
    </Card>
  )
}
