import { useSession } from '../../app/session.tsx'
import { Screen } from '../../parts/Screen.tsx'
import { useWords } from '../../words/words.tsx'
import { AbsencesByMonth } from './AbsencesByMonth.tsx'
import { Balances } from './Balances.tsx'
import { EventsByDay } from './EventsByDay.tsx'
import { PendingByAge } from './PendingByAge.tsx'

/** A book as a whole, for whoever looks after it. Payroll reads balances, and no absences. */
export default function Dashboard() {
  const { t } = useWords()
  const { roles } = useSession()
  const seesAbsences = ['admin', 'hr', 'auditor'].some((role) => roles.has(role))
  return (
    <Screen title={t('dash.title')}>
      {seesAbsences && <AbsencesByMonth />}
      <Balances />
      {seesAbsences && <PendingByAge />}
      {seesAbsences && <EventsByDay />}
    </Screen>
  )
}
