import { must, type Schema } from '@daybook/client'
import { Button, Card, Collapse, Group, Stack, Text, Timeline, UnstyledButton } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { refresh } from '../../app/live.ts'
import { useSession } from '../../app/session.tsx'
import { ProblemNotice } from '../../parts/Notice.tsx'
import { useActorNames, useNames } from '../../parts/names.ts'
import { totalOf, usePolicyNames } from '../../parts/policies.ts'
import { StatusBadge } from '../../parts/StatusBadge.tsx'
import { today } from '../../parts/today.ts'
import { useWords } from '../../words/words.tsx'

type Request = Schema<'Request'>

interface Listed {
  readonly policies: readonly Schema<'Policy'>[] | undefined
}

export function RequestList({ requests, policies }: Listed & { readonly requests: readonly Request[] }) {
  return (
    <Stack gap="xs">
      {requests.map((request) => (
        <RequestRow key={request.id} request={request} policies={policies} />
      ))}
    </Stack>
  )
}

function RequestRow({ request, policies }: Listed & { readonly request: Request }) {
  const words = useWords()
  const { t, span } = words
  const names = usePolicyNames()
  const nameOf = useNames()
  const [isOpen, { toggle }] = useDisclosure()
  const cancel = useCancel(request)
  const waiting = request.waitingFor.flatMap(({ entities, role }) =>
    entities.length > 0 ? entities.map(nameOf) : [role ?? ''],
  )
  const isOver = request.to < today() || request.status === 'rejected' || request.status === 'cancelled'
  return (
    <Card
      withBorder
      padding="sm"
      component="article"
      aria-label={span(request.from, request.to)}
      data-request={request.id}
    >
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <UnstyledButton onClick={toggle} aria-expanded={isOpen} flex={1}>
          <Group gap="sm">
            <Text fw={600}>{span(request.from, request.to)}</Text>
            <Text size="sm">{names.resource(request.resource)}</Text>
            <Text size="sm" c="dimmed" className="numbers">
              {totalOf(request, policies, words)}
            </Text>
          </Group>
          {waiting.length > 0 && (
            <Text size="xs" c="dimmed">
              {t('waitingFor', { who: waiting.join(', ') })}
            </Text>
          )}
        </UnstyledButton>
        <Group gap="xs" wrap="nowrap">
          {!isOver && (
            <Button
              size="compact-sm"
              variant="subtle"
              color="gray"
              loading={cancel.isPending}
              onClick={() => cancel.mutate()}
            >
              {t('request.cancel')}
            </Button>
          )}
          <StatusBadge status={request.status} />
        </Group>
      </Group>
      <ProblemNotice error={cancel.error} />
      <Collapse expanded={isOpen}>
        <History request={request} />
      </Collapse>
    </Card>
  )
}

function useCancel({ id, version }: Request) {
  const { daybook, book } = useSession()
  const queries = useQueryClient()
  return useMutation({
    mutationFn: () =>
      must(
        daybook.POST('/v1/books/{book}/requests/{request}/cancel', {
          params: { path: { book, request: id }, header: { 'Idempotency-Key': `cancel:${id}:${version}` } },
          body: { expectedVersion: version },
        }),
      ),
    onSettled: () => refresh(queries, book),
  })
}

function History({ request }: { readonly request: Request }) {
  const { t, instant } = useWords()
  const nameOf = useActorNames()
  return (
    <Timeline bulletSize={10} lineWidth={2} mt="sm" active={request.history.length} aria-label={t('me.history')}>
      {request.reason !== null && <Timeline.Item title={<Text size="sm">{`“${request.reason}”`}</Text>} />}
      {request.history.map(({ version, type, at, by, comment }) => (
        <Timeline.Item key={version} title={<Text size="sm">{stepSaid(type, nameOf(by), t)}</Text>}>
          <Text size="xs" c="dimmed">
            {at === null ? '' : instant(at)}
            {comment === null ? '' : ` · “${comment}”`}
          </Text>
        </Timeline.Item>
      ))}
    </Timeline>
  )
}

const STEPS = ['submitted', 'approved', 'rejected', 'cancelled'] as const

function stepSaid(type: string, who: string, t: ReturnType<typeof useWords>['t']): string {
  const step = STEPS.find((one) => type === one || type === `request-${one}`)
  return step === undefined ? t('step.other', { who, type }) : t(`step.${step}`, { who })
}
