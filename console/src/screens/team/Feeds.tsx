import { each, must, type Schema } from '@daybook/client'
import { Alert, Button, Card, Code, CopyButton, Group, NativeSelect, Stack, Text, Title } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { listed, useEntities, useEntity } from '../../api/queries.ts'
import { useSession } from '../../app/session.tsx'
import { ProblemNotice } from '../../parts/Notice.tsx'
import { useNames } from '../../parts/names.ts'
import { useSend } from '../../parts/use-send.ts'
import { useWords } from '../../words/words.tsx'

type Feed = Schema<'CalendarFeed'>
type Of = Schema<'CalendarFeedDefinition'>

/** Addresses at which calendar programs read who is away: made, and revoked. */
export function Feeds() {
  const { t } = useWords()
  const { daybook, book } = useSession()
  const queries = useQueryClient()
  const feedsKey = ['book', book, 'feeds']
  const feeds = useQuery({
    queryKey: feedsKey,
    queryFn: ({ signal }) =>
      listed(each(daybook, '/v1/books/{book}/calendar-feeds', { params: { path: { book } }, signal })),
  })
  const make = useSend((of: Of, key) =>
    must(
      daybook.POST('/v1/books/{book}/calendar-feeds', {
        params: { path: { book }, header: { 'Idempotency-Key': key } },
        body: of,
      }),
    ),
  )
  const revoke = useMutation({
    mutationFn: (feed: string) =>
      must(daybook.DELETE('/v1/books/{book}/calendar-feeds/{feed}', { params: { path: { book, feed } } })),
    onSettled: () => queries.invalidateQueries({ queryKey: feedsKey }),
  })
  return (
    <Card withBorder padding="lg" component="section" aria-label={t('feeds.title')}>
      <Stack>
        <div>
          <Title order={2} size="h4">
            {t('feeds.title')}
          </Title>
          <Text size="sm" c="dimmed">
            {t('feeds.lead')}
          </Text>
        </div>
        <ProblemNotice error={feeds.error ?? revoke.error} />
        {feeds.data?.map((feed) => (
          <FeedRow key={feed.id} feed={feed} isBusy={revoke.isPending} onRevoke={() => revoke.mutate(feed.id)} />
        ))}
        <FeedForm isBusy={make.isPending} onMake={(of) => make.mutate(of)} />
        <ProblemNotice error={make.error} />
        {typeof make.data?.url === 'string' && <Address url={make.data.url} />}
      </Stack>
    </Card>
  )
}

function FeedRow({
  feed,
  isBusy,
  onRevoke,
}: {
  readonly feed: Feed
  readonly isBusy: boolean
  readonly onRevoke: () => void
}) {
  const { t, instant } = useWords()
  const nameOf = useFeedNames()
  const name = nameOf(feed)
  return (
    <Group justify="space-between" wrap="nowrap">
      <div>
        <Text size="sm">{name}</Text>
        <Text size="xs" c="dimmed">
          {t('feeds.made', { at: instant(feed.createdAt) })}
        </Text>
      </div>
      <Button
        size="compact-sm"
        variant="default"
        aria-label={t('feeds.revokeOf', { name })}
        loading={isBusy}
        onClick={onRevoke}
      >
        {t('feeds.revoke')}
      </Button>
    </Group>
  )
}

function FeedForm({ isBusy, onMake }: { readonly isBusy: boolean; readonly onMake: (of: Of) => void }) {
  const { t } = useWords()
  const nameOf = useFeedNames()
  const choices = useChoices()
  const [chosen, choose] = useState(0)
  const of = choices[chosen] ?? choices[0]
  if (of === undefined) return null
  return (
    <Group align="flex-end">
      <NativeSelect
        label={t('feeds.of')}
        value={chosen}
        data={choices.map((choice, index) => ({ value: String(index), label: nameOf(choice) }))}
        onChange={(event) => choose(Number(event.currentTarget.value))}
      />
      <Button loading={isBusy} onClick={() => onMake(of)}>
        {t('feeds.make')}
      </Button>
    </Group>
  )
}

/** It is shown once: whoever loses it makes another. */
function Address({ url }: { readonly url: string }) {
  const { t } = useWords()
  return (
    <Alert color="teal" role="status" py="xs">
      <Text size="sm" fw={600}>
        {t('feeds.once')}
      </Text>
      <Group gap="xs">
        <Code className="curl">{url}</Code>
        <CopyButton value={url}>
          {({ copied, copy }) => (
            <Button size="compact-sm" variant="default" onClick={copy}>
              {t(copied ? 'copied' : 'copy')}
            </Button>
          )}
        </CopyButton>
      </Group>
    </Alert>
  )
}

/** Oneself, one's team, whom one manages, and departments: of whomever the caller may read. */
function useChoices(): readonly Of[] {
  const { entity } = useSession()
  const { data } = useEntities()
  const own = useEntity(entity)
  const people = data ?? []
  const managers = [own.data?.manager, ...people.map(({ manager }) => manager)].filter((id) => typeof id === 'string')
  const departments = people.map(({ department }) => department).filter((name) => name !== null)
  return [
    ...(entity === undefined ? [] : [{ entity }]),
    ...[...new Set(managers)].map((manager) => ({ manager })),
    ...[...new Set(departments)].map((department) => ({ department })),
  ]
}

function useFeedNames() {
  const { t } = useWords()
  const nameOf = useNames()
  return ({ entity, manager, department }: { readonly [Each in keyof Of]?: string | null | undefined }): string => {
    if (typeof entity === 'string') return nameOf(entity)
    if (typeof manager === 'string') return t('feeds.team', { who: nameOf(manager) })
    return t('feeds.department', { name: department ?? '' })
  }
}
