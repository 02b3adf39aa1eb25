import { Button, Group, NativeSelect, SimpleGrid, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { type Json, valueAt } from '../../parts/pointer.ts'
import { useWords } from '../../words/words.tsx'
import { SelectAt, SwitchAt, TextAt, useForm } from './fields.tsx'

const EVERY = ['day', 'week', 'two-weeks', 'twice-a-month', 'month', 'quarter', 'half-year', 'year'] as const
const PARTS = [
  'calendar-days',
  'working-time',
  'full-months',
  'started-months',
  'calendar-months',
  'full',
  'half',
  'none',
] as const
const MODES = ['half-even', 'nearest', 'up', 'down', 'up-from-half'] as const
const UNITS = ['years', 'months', 'days'] as const
const AMOUNTS = ['yearAmount', 'amount', 'perHours'] as const

/** What is earned, how often, and what a part of a period earns. */
export function EarningFields() {
  const { t } = useWords()
  const { draft, set } = useForm()
  if (valueAt(draft, '/earning') === undefined)
    return (
      <Button
        variant="default"
        size="compact-sm"
        w="fit-content"
        onClick={() => set('/earning', { every: 'year', levels: [{ yearAmount: '25' }] })}
      >
        {t('terms.addEarning')}
      </Button>
    )
  const parts = PARTS.map((value) => ({ value, label: t(`terms.part.${value}`) }))
  const isWorkingTime = valueAt(draft, '/earning/basis') === 'working-time'
  const usualPart = isWorkingTime ? 'working-time' : 'calendar-days'
  return (
    <Stack gap="sm">
      <SimpleGrid cols={{ base: 1, sm: 2, md: 3 }} spacing="sm">
        <SelectAt
          at="/earning/every"
          label={t('terms.every')}
          usual=""
          choices={EVERY.map((value) => ({ value, label: t(`terms.every.${value}`) }))}
        />
        <SelectAt at="/earning/firstPeriod" label={t('terms.firstPeriod')} usual={usualPart} choices={parts} />
        <SelectAt
          at="/earning/lastPeriod"
          label={t('terms.lastPeriod')}
          usual={usualPart}
          choices={[...parts, { value: 'full-months-in-first-half', label: t('terms.part.full-months-in-first-half') }]}
        />
      </SimpleGrid>
      <Levels />
      <Rounding />
      <SwitchAt at="/earning/scaledByShare" label={t('terms.byShare')} />
    </Stack>
  )
}

function Levels() {
  const { t } = useWords()
  const { draft, set } = useForm()
  // A cast: anything else than a list is no levels.
  const found = valueAt(draft, '/earning/levels')
  const levels = Array.isArray(found) ? (found as readonly Json[]) : []
  return (
    <Stack gap="xs" component="fieldset" className="plain-fieldset">
      <Text component="legend" size="sm" fw={600}>
        {t('terms.levels')}
      </Text>
      {levels.map((level, index) => (
        <Level
          key={`${index}/${levels.length}`}
          level={level}
          at={`/earning/levels/${index}`}
          isOnly={levels.length < 2}
        />
      ))}
      <Button
        variant="default"
        size="compact-sm"
        w="fit-content"
        onClick={() => set(`/earning/levels/${levels.length}`, { after: { years: 5 }, yearAmount: '' })}
      >
        {t('terms.addLevel')}
      </Button>
    </Stack>
  )
}

function Level({ level, at, isOnly }: { readonly level: Json; readonly at: string; readonly isOnly: boolean }) {
  const { t } = useWords()
  const { set } = useForm()
  const [unit, setUnit] = useState(
    () => UNITS.find((one) => valueAt(level, `/after/${one}`) !== undefined) ?? ('years' as const),
  )
  const kind = AMOUNTS.find((one) => valueAt(level, `/${one}`) !== undefined) ?? 'yearAmount'
  const choose = (next: string) => {
    const { yearAmount = '', amount = '', perHours: _perHours, ...rest } = level as Record<string, Json>
    const said = yearAmount === '' ? amount : yearAmount
    set(at, { ...rest, [next]: next === 'perHours' ? { amount: '1', hours: '20', of: 'worked' } : said })
  }
  return (
    <Group align="flex-start" gap="sm" className="level">
      <TextAt at={`${at}/after/${unit}`} label={t('terms.after')} isNumber />
      <NativeSelect
        label={t('terms.afterUnit')}
        value={unit}
        data={UNITS.map((value) => ({ value, label: t(`terms.unit.${value}`) }))}
        onChange={(event) => {
          const next = event.currentTarget.value as (typeof UNITS)[number]
          const length = valueAt(level, `/after/${unit}`)
          setUnit(next)
          set(`${at}/after`, length === undefined ? undefined : { [next]: length })
        }}
      />
      <NativeSelect
        label={t('terms.kind')}
        value={kind}
        data={AMOUNTS.map((value) => ({ value, label: t(`terms.kind.${value}`) }))}
        onChange={(event) => choose(event.currentTarget.value)}
      />
      {kind === 'perHours' ? (
        <>
          <TextAt at={`${at}/perHours/amount`} label={t('terms.amount')} isDecimal isNeeded />
          <TextAt at={`${at}/perHours/hours`} label={t('terms.hours')} isDecimal isNeeded />
        </>
      ) : (
        <TextAt at={`${at}/${kind}`} label={t('terms.amount')} isDecimal isNeeded />
      )}
      <TextAt at={`${at}/yearMax`} label={t('terms.yearMax')} isDecimal />
      <TextAt at={`${at}/balanceCap`} label={t('terms.cap')} isDecimal />
      {!isOnly && (
        <Button mt={25} size="compact-sm" variant="subtle" onClick={() => set(at, undefined)}>
          {t('terms.removeLevel')}
        </Button>
      )}
    </Group>
  )
}

function Rounding() {
  const { t } = useWords()
  const { draft, set } = useForm()
  const isSaid = valueAt(draft, '/earning/rounding') !== undefined
  return (
    <Group align="flex-start" gap="sm">
      <NativeSelect
        label={t('terms.rounding')}
        value={isSaid ? 'said' : 'usual'}
        data={(['usual', 'said'] as const).map((value) => ({ value, label: t(`terms.rounding.${value}`) }))}
        onChange={(event) =>
          set(
            '/earning/rounding',
            event.currentTarget.value === 'usual' ? undefined : { step: '0.5', mode: 'nearest', of: 'running-total' },
          )
        }
      />
      {isSaid && (
        <>
          <TextAt at="/earning/rounding/step" label={t('terms.step')} isDecimal isNeeded />
          <SelectAt
            at="/earning/rounding/mode"
            label={t('terms.mode')}
            usual=""
            choices={MODES.map((value) => ({ value, label: t(`terms.mode.${value}`) }))}
          />
          <SelectAt
            at="/earning/rounding/of"
            label={t('terms.of')}
            usual=""
            choices={(['running-total', 'posting', 'year'] as const).map((value) => ({
              value,
              label: t(`terms.of.${value}`),
            }))}
          />
        </>
      )}
    </Group>
  )
}
