import { each, type Schema } from '@daybook/client'
import { Anchor, NativeSelect, Skeleton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { listed } from '../../api/queries.ts'
import { useSession } from '../../app/session.tsx'
import { ProblemNotice } from '../../parts/Notice.tsx'
import { Screen } from '../../parts/Screen.tsx'
import { Section } from '../../parts/Section.tsx'
import { useWords } from '../../words/words.tsx'
import { PolicyChange } from './PolicyChange.tsx'
import { PolicyInWords } from './PolicyInWords.tsx'

/** One policy: what it says, in words; and what would change for whom, before it is changed. */
export default function PolicyPage() {
  const { t } = useWords()
  const { may } = useSession()
  const { policy } = useParams({ from: '/policies/$policy' })
  const versions = useVersions(policy)
  const newest = versions.data?.at(-1)
  return (
    <Screen
      key={policy}
      title={newest?.name ?? policy}
      aside={
        <Anchor component={Link} to="/policies" size="sm">
          {t('policies.title')}
        </Anchor>
      }
    >
      <ProblemNotice error={versions.error} again={() => void versions.refetch()} />
      {versions.isPending && <Skeleton h={320} />}
      {newest !== undefined && (
        <>
          <Versions versions={versions.data ?? []} />
          {may('policies:define') && <PolicyChange policy={newest} />}
        </>
      )}
    </Screen>
  )
}

function Versions({ versions }: { readonly versions: readonly Schema<'Policy'>[] }) {
  const { t, day } = useWords()
  const [chosen, setChosen] = useState<number>()
  const shown = versions.find(({ version }) => version === chosen) ?? versions.at(-1)
  if (shown === undefined) return null
  return (
    <Section
      title={t('policy.inWords')}
      aside={
        versions.length > 1 && (
          <NativeSelect
            aria-label={t('policies.versions')}
            size="xs"
            value={shown.version}
            data={versions.toReversed().map(({ version, effectiveFrom }) => ({
              value: String(version),
              label: t('policies.version', { version, on: day(effectiveFrom) }),
            }))}
            onChange={(event) => setChosen(Number(event.currentTarget.value))}
          />
        )
      }
    >
      <PolicyInWords policy={shown} />
    </Section>
  )
}

function useVersions(policy: string) {
  const { daybook, book } = useSession()
  return useQuery({
    queryKey: ['book', book, 'policies', policy, 'versions'],
    queryFn: ({ signal }) =>
      listed(
        each(daybook, '/v1/books/{book}/policies/{policy}/versions', { params: { path: { book, policy } }, signal }),
      ),
  })
}
