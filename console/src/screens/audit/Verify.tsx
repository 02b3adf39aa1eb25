import { Alert, Button, Code, CopyButton, Group, List, Progress, Stack, Text, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { useSession } from '../../app/session.tsx'
import { canHash, type Fault } from '../../parts/chain.ts'
import { EventLink } from '../../parts/links.tsx'
import { ProblemNotice } from '../../parts/Notice.tsx'
import { Section } from '../../parts/Section.tsx'
import { useWords } from '../../words/words.tsx'
import { useVerify } from './use-verify.ts'
import type { Verified } from './verify-history.ts'

/** Every hash computed and followed here: nobody's word is taken for it. */
export function Verify() {
  const { t } = useWords()
  const { verifying, start, stop } = useVerify()
  const [noted, setNoted] = useState('')
  const hash = noted.trim().toLowerCase()
  const isHash = hash === '' || /^[0-9a-f]{64}$/.test(hash)
  const isRunning = verifying.is === 'running'
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (isHash && !isRunning) void start(hash)
  }
  return (
    <Section title={t('verify.title')} lead={t('verify.lead')}>
      <form onSubmit={submit}>
        <Stack>
          <TextInput
            label={t('verify.noted')}
            description={t('verify.notedHint')}
            value={noted}
            error={isHash ? null : t('verify.notedWrong')}
            onChange={(event) => setNoted(event.currentTarget.value)}
          />
          {canHash() ? (
            <Group>
              <Button type="submit" disabled={isRunning || !isHash}>
                {t('verify.go')}
              </Button>
              {isRunning && (
                <Button variant="default" onClick={stop}>
                  {t('verify.stop')}
                </Button>
              )}
            </Group>
          ) : (
            <Alert color="yellow" variant="light">
              {t('event.notHashed')}
            </Alert>
          )}
          {(verifying.is === 'running' || verifying.is === 'stopped') && (
            <HowFar so={verifying.so} isStopped={!isRunning} />
          )}
          {verifying.is === 'failed' && <ProblemNotice error={verifying.error} />}
          {verifying.is === 'done' && <Outcome verified={verifying.verified} noted={verifying.noted} />}
        </Stack>
      </form>
    </Section>
  )
}

function HowFar({ so, isStopped }: { readonly so: Verified | undefined; readonly isStopped: boolean }) {
  const { t } = useWords()
  const [done, all] = [so?.walked.events ?? 0, so?.head.position ?? 0]
  const text = t(isStopped ? 'verify.stopped' : 'verify.progress', { done, all })
  return (
    <>
      <Progress value={all === 0 ? 0 : (100 * done) / all} aria-label={text} />
      <Text size="sm" role={isStopped ? 'status' : undefined} className="numbers">
        {text}
      </Text>
      {so !== undefined && <Faults verified={so} />}
    </>
  )
}

function Outcome({ verified, noted }: { readonly verified: Verified; readonly noted: string }) {
  const { t } = useWords()
  const { walked, head } = verified
  const { events, transactions, position, kept, erased, notedAt } = walked
  const isHead = walked.hash === head.hash && position === head.position
  const isFound = noted === '' || notedAt !== undefined
  const isGood = walked.faultCount === 0 && isHead && isFound
  return (
    <Alert
      role={isGood ? 'status' : 'alert'}
      color={isGood ? 'teal' : 'red'}
      variant="light"
      className={`outcome ${isGood ? 'good' : 'bad'}`}
      title={t(isGood ? 'verify.good' : 'verify.bad')}
    >
      <Stack gap="xs">
        <Faults verified={verified} />
        {!isHead && <Text size="sm">{t('verify.otherHead')}</Text>}
        {!isFound && <Text size="sm">{t('verify.notedMissing')}</Text>}
        <Text size="sm">{t('verify.checked')}</Text>
        <List size="sm">
          <List.Item>{t('verify.checked.hash', { events, transactions })}</List.Item>
          <List.Item>{t('verify.checked.chain', { position })}</List.Item>
          <List.Item>{t('verify.checked.erasable', { kept, erased })}</List.Item>
          {notedAt !== undefined && <List.Item>{t('verify.checked.noted', { position: notedAt })}</List.Item>}
        </List>
        <Text size="sm">{t('verify.notChecked')}</Text>
        <Text size="sm">
          {`${t('verify.last')} `}
          <Code className="hash">{walked.hash}</Code>{' '}
          <CopyButton value={walked.hash}>
            {({ copied, copy }) => (
              <Button size="compact-xs" variant="default" onClick={copy}>
                {t(copied ? 'copied' : 'copy')}
              </Button>
            )}
          </CopyButton>
        </Text>
      </Stack>
    </Alert>
  )
}

function Faults({ verified: { walked } }: { readonly verified: Verified }) {
  const { t } = useWords()
  const { faultCount, faults } = walked
  if (faultCount === 0) return null
  return (
    <>
      <Text size="sm" fw={600}>
        {t('verify.faults', { count: faultCount })}
      </Text>
      <List size="sm">
        {faults.map((fault) => (
          <OneFault key={`${fault.position} ${fault.what}`} fault={fault} />
        ))}
      </List>
    </>
  )
}

function OneFault({ fault: { position, what } }: { readonly fault: Fault }) {
  const { t } = useWords()
  const { book } = useSession()
  return (
    <List.Item>
      <EventLink position={position} />
      {`: ${t('verify.fault', { what, book })}`}
    </List.Item>
  )
}
