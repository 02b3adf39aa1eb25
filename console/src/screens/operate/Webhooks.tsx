import { each, must, type Schema } from '@daybook/client'
import { Badge, Button, Card, Group, Skeleton, Stack, Text, Title } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { listed } from '../../api/queries.ts'
import { useSession } from '../../app/session.tsx'
import { ProblemNotice } from '../../parts/Notice.tsx'
import { Section } from '../../parts/Section.tsx'
import { ShownOnce } from '../../parts/ShownOnce.tsx'
import { SureButton } from '../../parts/SureButton.tsx'
import { useWords } from '../../words/words.tsx'
import { Deliveries } from './Deliveries.tsx'
import { MakeWebhook } from './MakeWebhook.tsx'

type Webhook = Schema<'Webhook'>

/** Where events are sent, and how that goes. */
export function Webhooks() {
  const { may } = useSession()
  return (
    <Stack>
      {may('webhooks:define') && <MakeWebhook />}
      <WebhookList />
    </Stack>
  )
}

/** How far they have come is asked this often. */
const EVERY_MS = 5_000

function useWebhooks() {
  const { daybook, book } = useSession()
  const params = { path: { book } }
  return useQuery({
    queryKey: ['book', book, 'webhooks'],
    async queryFn({ signal }) {
      const [webhooks, { position: head }] = await Promise.all([
        listed(each(daybook, '/v1/books/{book}/webhooks', { params, signal })),
        must(daybook.GET('/v1/books/{book}', { params, signal })),
      ])
      return { webhooks, head }
    },
    refetchInterval: EVERY_MS,
  })
}

function WebhookList() {
  const { t } = useWords()
  const found = useWebhooks()
  return (
    <Section title={t('operate.webhooks')}>
      <ProblemNotice error={found.error} again={() => void found.refetch()} />
      {found.isPending && <Skeleton h={120} />}
      {found.data?.webhooks.length === 0 && <Text c="dimmed">{t('webhooks.none')}</Text>}
      {found.data?.webhooks.map((webhook) => (
        <OneWebhook key={webhook.id} webhook={webhook} head={found.data.head} />
      ))}
    </Section>
  )
}

/** @param head where the book ends */
function OneWebhook({ webhook, head }: { readonly webhook: Webhook; readonly head: number }) {
  const { t } = useWords()
  const { may } = useSession()
  const { id, url, events, entities, enabled } = webhook
  return (
    <Card withBorder padding="md" component="article" aria-label={id}>
      <Stack gap="xs">
        <Group justify="space-between">
          <Group gap="xs">
            <Title order={3} size="h5">
              {id}
            </Title>
            <Badge
              color={enabled ? 'teal' : 'gray'}
              variant="light"
              radius="sm"
              tt="none"
              className={`status ${enabled ? 'approved' : 'cancelled'}`}
            >
              {t(enabled ? 'webhooks.enabled' : 'webhooks.disabled')}
            </Badge>
          </Group>
        </Group>
        <Text size="sm" className="hash">
          {url}
        </Text>
        <Text size="sm" c="dimmed">
          {t('webhooks.sends', {
            events: events.some((type) => type === '*') ? t('webhooks.everyEvent') : events.join(', '),
            entities: entities === null ? t('webhooks.everybody') : entities.join(', '),
          })}
        </Text>
        <HowFar webhook={webhook} head={head} />
        {may('webhooks:define') && <Actions webhook={webhook} />}
        <Deliveries webhook={id} />
      </Stack>
    </Card>
  )
}

function HowFar({ webhook, head }: { readonly webhook: Webhook; readonly head: number }) {
  const { t, instant } = useWords()
  const { position, failures, failingSince, nextAttemptAt, disabledBecause } = webhook
  return (
    <>
      <Text size="sm">{t('webhooks.position', { position, behind: Math.max(0, head - position) })}</Text>
      {failingSince !== null && (
        <Text size="sm" className="status rejected">
          {t('webhooks.failing', { count: failures, since: instant(failingSince) })}
          {nextAttemptAt !== null && ` ${t('webhooks.next', { at: instant(nextAttemptAt) })}`}
        </Text>
      )}
      {disabledBecause !== null && (
        <Text size="sm" className="status rejected">
          {t('webhooks.because', { why: disabledBecause })}
        </Text>
      )}
    </>
  )
}

/** Tried, switched off and on, given another secret, removed. */
function Actions({ webhook }: { readonly webhook: Webhook }) {
  const { t } = useWords()
  const { daybook, book } = useSession()
  const queries = useQueryClient()
  const params = { path: { book, webhook: webhook.id } }
  const onSettled = () => queries.invalidateQueries({ queryKey: ['book', book, 'webhooks'] })
  const test = useMutation({
    mutationFn: () => must(daybook.POST('/v1/books/{book}/webhooks/{webhook}/test', { params })),
  })
  const turn = useMutation({
    mutationFn: () =>
      must(
        daybook.PUT('/v1/books/{book}/webhooks/{webhook}', {
          params,
          body: { ...termsOf(webhook), enabled: !webhook.enabled },
        }),
      ),
    onSettled,
  })
  const rotate = useMutation({
    mutationFn: () => must(daybook.POST('/v1/books/{book}/webhooks/{webhook}/rotate', { params, body: {} })),
    onSettled,
  })
  const remove = useMutation({
    mutationFn: () => must(daybook.DELETE('/v1/books/{book}/webhooks/{webhook}', { params })),
    onSettled,
  })
  const button = (label: string, doing: { isPending: boolean; mutate: () => void }) => (
    <Button size="compact-sm" variant="default" loading={doing.isPending} onClick={() => doing.mutate()}>
      {label}
    </Button>
  )
  return (
    <>
      <Group gap="xs">
        {button(t('webhooks.test'), test)}
        {button(t(webhook.enabled ? 'webhooks.disable' : 'webhooks.enable'), turn)}
        <SureButton
          label={t('webhooks.rotate')}
          about={webhook.id}
          isBusy={rotate.isPending}
          onSure={() => rotate.mutate()}
        />
        <SureButton label={t('remove')} about={webhook.id} isBusy={remove.isPending} onSure={() => remove.mutate()} />
      </Group>
      <ProblemNotice error={test.error ?? turn.error ?? rotate.error ?? remove.error} />
      {test.isSuccess && <Tested tested={test.data} />}
      {rotate.isSuccess && rotate.data.secret !== null && (
        <ShownOnce
          title={t('webhooks.secret', { id: webhook.id })}
          secret={rotate.data.secret}
          onSeen={() => rotate.reset()}
        />
      )}
    </>
  )
}

function Tested({ tested: { outcome, status, detail, durationMs } }: { readonly tested: Schema<'WebhookTest'> }) {
  const { t } = useWords()
  const beside = [
    t(`webhooks.outcome.${outcome}`),
    ...(status === null ? [] : [String(status)]),
    ...(detail === null ? [] : [detail]),
    `${durationMs} ms`,
  ]
  return (
    <Text size="sm" role="status" className={`status ${outcome === 'delivered' ? 'approved' : 'rejected'}`}>
      {t('webhooks.tested', { outcome: beside.join(', ') })}
    </Text>
  )
}

/** What it was defined by: a definition replaces all that was. */
function termsOf({ url, events, entities, include }: Webhook): Schema<'WebhookDefinition'> {
  return { url, events, include, ...(entities === null ? {} : { entities }) }
}
