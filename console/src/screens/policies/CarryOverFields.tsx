import { NativeSelect, SimpleGrid } from '@mantine/core'
import { valueAt } from '../../parts/pointer.ts'
import { useWords } from '../../words/words.tsx'
import { TextAt, useForm } from './fields.tsx'

const KEEP = ['all', 'upTo', 'none'] as const

/** What becomes of what is left, and until when it may be taken. */
export function CarryOverFields() {
  const { t } = useWords()
  const { draft, faults, set } = useForm()
  const keep = valueAt(draft, '/carryOver/keep') ?? 'all'
  const chosen = typeof keep === 'object' ? 'upTo' : String(keep)
  return (
    <SimpleGrid cols={{ base: 1, sm: 2, md: 4 }} spacing="sm">
      <NativeSelect
        label={t('terms.keep')}
        value={chosen}
        error={faults['/carryOver/keep']}
        data={KEEP.map((value) => ({ value, label: t(`terms.keep.${value}`) }))}
        onChange={({ currentTarget: { value } }) =>
          set('/carryOver/keep', value === 'all' ? undefined : value === 'upTo' ? { upTo: '5' } : value)
        }
      />
      {chosen === 'upTo' && <TextAt at="/carryOver/keep/upTo" label={t('terms.upTo')} isDecimal isNeeded />}
      <TextAt
        at="/carryOver/validUntil"
        label={t('policy.until')}
        description={t('policy.untilHint')}
        placeholder="03-31"
      />
      <TextAt
        at="/carryOver/validFor/months"
        label={t('terms.validFor')}
        description={t('terms.validForHint')}
        isNumber
      />
    </SimpleGrid>
  )
}
