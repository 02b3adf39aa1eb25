import { SimpleGrid, Switch } from '@mantine/core'
import { type Json, valueAt } from '../../parts/pointer.ts'
import { useWords } from '../../words/words.tsx'
import { TextAt, useForm } from './fields.tsx'

/** Who decides about requests, and the rules of most. */
export function RequestFields() {
  const { t } = useWords()
  const { draft, set } = useForm()
  const approval = valueAt(draft, '/requests/approval')
  const roles = Array.isArray(approval) ? (approval as readonly Json[]) : []
  return (
    <>
      <Switch
        label={t('policy.byManager')}
        checked={roles.includes('manager')}
        onChange={({ currentTarget: { checked } }) =>
          set('/requests/approval', checked ? ['manager', ...roles] : roles.filter((role) => role !== 'manager'))
        }
      />
      <SimpleGrid cols={{ base: 1, sm: 3 }} spacing="sm">
        <TextAt at="/requests/minNoticeDays" label={t('terms.notice')} isNumber />
        <TextAt at="/requests/maxConsecutiveDays" label={t('terms.row')} isNumber />
        <TextAt at="/requests/automaticUpTo" label={t('terms.automatic')} isDecimal />
      </SimpleGrid>
    </>
  )
}
