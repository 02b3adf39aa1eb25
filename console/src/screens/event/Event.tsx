import { Button, Code, Group, Skeleton, Stack, Text } from '@mantine/core'
import { useParams } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { ButtonLink } from '../../parts/links.tsx'
import { ProblemNotice } from '../../parts/Notice.tsx'
import { useActorNames } from '../../parts/names.ts'
import { Screen } from '../../parts/Screen.tsx'
import { Section } from '../../parts/Section.tsx'
import { useWords } from '../../words/words.tsx'
import { Chain } from './Chain.tsx'
import { Members } from './Members.tsx'
import { TransactionTable } from './TransactionTable.tsx'
import { type Found, useEvent } from './use-event.ts'

/** One event of the record, with everything that it says, and its place in the chain. */
export default function OneEvent() {
  const { t } = useWords()
  const position = Number(useParams({ from: '/event/$position' }).position)
  const found = useEvent(position)
  const head = found.data?.head ?? 0
  return (
    <Screen
      title={t('event.title', { position: Number.isInteger(position) ? position : '?' })}
      aside={
        <Group gap="xs">
          <Step to={position - 1} label={t('event.before')} isThere={position > 1 && position <= head} />
          <Step to={position + 1} label={t('event.after')} isThere={position < head} />
        </Group>
      }
    >
      {found.error !== null && <ProblemNotice error={found.error} again={() => void found.refetch()} />}
      {found.isPending && <Skeleton h={320} />}
      {found.data !== undefined && <Told found={found.data} />}
    </Screen>
  )
}

function Step({ to, label, isThere }: { readonly to: number; readonly label: string; readonly isThere: boolean }) {
  if (!isThere)
    return (
      <Button variant="default" disabled>
        {label}
      </Button>
    )
  return (
    <ButtonLink to="/event/$position" params={{ position: String(to) }}>
      {label}
    </ButtonLink>
  )
}

function Told({ found }: { readonly found: Found }) {
  const { t, instant } = useWords()
  const nameOf = useActorNames()
  const { event, head } = found
  if (event === undefined) return <Text c="dimmed">{t('event.none', { head })}</Text>
  return (
    <Stack>
      <Section title={t('event.what')}>
        <dl className="members">
          <Said name={t('event.type')}>
            <Code>{event.type}</Code>
          </Said>
          <Said name={t('event.at')}>
            <time dateTime={event.recordedAt}>{`${instant(event.recordedAt)} (${event.recordedAt})`}</time>
          </Said>
          <Said name={t('event.by')}>{nameOf(event.actor)}</Said>
          <Said name={t('event.key')}>{event.idempotencyKey}</Said>
        </dl>
      </Section>
      <Section title={t('event.chain')}>
        <Chain found={found} event={event} />
      </Section>
      {event.transactions.length > 0 && (
        <Section title={t('event.transactions')}>
          <TransactionTable position={event.position} lines={event.transactions} />
        </Section>
      )}
      <Section title={t('event.said')}>
        <Members value={event.data} />
      </Section>
      <Section title={t('event.grounds')}>
        <Members value={event.decision} />
      </Section>
      <Section title={t('event.erasable')}>
        {event.erasable === null ? <Text c="dimmed">{t('event.erased')}</Text> : <Members value={event.erasable} />}
      </Section>
      <details>
        <summary>{t('event.json')}</summary>
        <Code block className="curl">
          {JSON.stringify(event, null, 2)}
        </Code>
      </details>
    </Stack>
  )
}

function Said({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  )
}
