import { Stack, Text } from '@mantine/core'
import { BEGINNING } from '../../parts/chain.ts'
import { EventLink } from '../../parts/links.tsx'
import { useWords, type WordKey } from '../../words/words.tsx'
import type { Event, Found } from './use-event.ts'

/** The hash of an event between those of its neighbours, and whether they fit. */
export function Chain({ found: { before, after, faults }, event }: { readonly found: Found; readonly event: Event }) {
  const { t } = useWords()
  const isFirst = event.position === 1
  return (
    <Stack gap="sm">
      <dl className="members">
        <Hash name={t('event.previousHash')} hash={event.previousHash} position={before?.position} />
        <Hash name={t('event.hash')} hash={event.hash} position={undefined} />
        {after !== undefined && <Hash name={t('event.nextHash')} hash={after.hash} position={after.position} />}
      </dl>
      <div>
        {faults === undefined ? (
          <Text size="sm">{t('event.notHashed')}</Text>
        ) : (
          <Check isGood={faults.length === 0} good="event.hashFits" bad="event.hashFails" />
        )}
        <Check
          isGood={event.previousHash === (isFirst ? BEGINNING.hash : before?.hash)}
          good={isFirst ? 'event.firstFits' : 'event.beforeFits'}
          bad="event.beforeFails"
        />
        {after !== undefined && (
          <Check isGood={after.previousHash === event.hash} good="event.afterFits" bad="event.afterFails" />
        )}
      </div>
    </Stack>
  )
}

/** @param position of the event that has the hash, where that is another one */
function Hash({
  name,
  hash,
  position,
}: {
  readonly name: string
  readonly hash: string
  readonly position: number | undefined
}) {
  return (
    <>
      <dt>{name}</dt>
      <dd>
        <code className="hash">{hash}</code> {position !== undefined && <EventLink position={position} />}
      </dd>
    </>
  )
}

function Check({ isGood, good, bad }: { readonly isGood: boolean; readonly good: WordKey; readonly bad: WordKey }) {
  const { t } = useWords()
  return (
    <Text size="sm" className={`status ${isGood ? 'approved' : 'rejected'}`}>
      <span aria-hidden>{isGood ? '✓ ' : '✗ '}</span>
      {t(isGood ? good : bad)}
    </Text>
  )
}
