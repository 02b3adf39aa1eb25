import { Anchor, Skeleton } from '@mantine/core'
import { Link, useParams } from '@tanstack/react-router'
import { useEntity } from '../../api/queries.ts'
import { useSession } from '../../app/session.tsx'
import { ProblemNotice } from '../../parts/Notice.tsx'
import { Screen } from '../../parts/Screen.tsx'
import { useWords } from '../../words/words.tsx'
import { Assignments } from './Assignments.tsx'
import { Employments } from './Employments.tsx'
import { LeavingForm } from './LeavingForm.tsx'
import { PersonBalances } from './PersonBalances.tsx'
import { ProfileForm } from './ProfileForm.tsx'
import { WorkPatterns } from './WorkPatterns.tsx'

/** Everything about one person. */
export default function Person() {
  const { t } = useWords()
  const { may } = useSession()
  const { entity } = useParams({ from: '/people/$entity' })
  const person = useEntity(entity)
  return (
    <Screen
      key={entity}
      title={person.data?.name ?? entity}
      aside={
        <Anchor component={Link} to="/people" size="sm">
          {t('people.title')}
        </Anchor>
      }
    >
      <ProblemNotice error={person.error} again={() => void person.refetch()} />
      {person.isPending && <Skeleton h={320} />}
      {person.data !== undefined && (
        <>
          <PersonBalances entity={entity} />
          <ProfileForm person={person.data} />
          <Employments entity={entity} />
          <Assignments entity={entity} />
          <WorkPatterns entity={entity} />
          {may('leaving:record') && <LeavingForm person={person.data} />}
        </>
      )}
    </Screen>
  )
}
