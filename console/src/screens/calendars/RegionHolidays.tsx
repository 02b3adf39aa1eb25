import { must } from '@daybook/client'
import { Skeleton, Table, Text, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useSession } from '../../app/session.tsx'
import { FormProblem } from '../../parts/FormProblem.tsx'
import { Section } from '../../parts/Section.tsx'
import { faultsOf } from '../../parts/said.ts'
import { useWords } from '../../words/words.tsx'

const TYPING_MS = 300

/** What a region has in a year as it is known now, and by which law, without anything being recorded. */
export function RegionHolidays({ year, first }: { readonly year: number; readonly first: string }) {
  const { t, day } = useWords()
  const [region, setRegion] = useState(first)
  const [typed] = useDebouncedValue(region.trim(), TYPING_MS)
  const found = useRegion(typed, year)
  return (
    <Section title={t('calendars.look', { year: String(year) })} lead={t('calendars.lookLead')}>
      <TextInput
        label={t('calendars.regionField')}
        description={t('calendars.regionHint')}
        maw={320}
        value={region}
        error={faultsOf(found.error)['/region']}
        onChange={(event) => setRegion(event.currentTarget.value)}
      />
      <FormProblem error={found.error} at={['/region']} />
      {found.isFetching && found.data === undefined && <Skeleton h={120} />}
      {(found.data?.parts.length ?? 0) > 0 && (
        <Text size="sm" c="dimmed">
          {t('calendars.parts', { parts: found.data?.parts.join(', ') ?? '' })}
        </Text>
      )}
      {(found.data?.items.length ?? 0) > 0 && (
        <Table.ScrollContainer minWidth={520}>
          <Table verticalSpacing={6}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('calendars.date')}</Table.Th>
                <Table.Th>{t('calendars.name')}</Table.Th>
                <Table.Th>{t('calendars.portion')}</Table.Th>
                <Table.Th>{t('calendars.law')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {found.data?.items.map(({ date, name, portion, law, source }) => (
                <Table.Tr key={date + name}>
                  <Table.Td className="numbers">{day(date, 'weekday')}</Table.Td>
                  <Table.Td>{name}</Table.Td>
                  <Table.Td>{t(`portion.${portion}`)}</Table.Td>
                  <Table.Td>{law ?? source}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </Section>
  )
}

function useRegion(region: string, year: number) {
  const { daybook, book } = useSession()
  return useQuery({
    queryKey: ['book', book, 'public-holidays', region, year],
    queryFn: ({ signal }) =>
      must(
        daybook.GET('/v1/books/{book}/public-holidays', {
          params: { path: { book }, query: { region, year } },
          signal,
        }),
      ),
    enabled: region !== '',
  })
}
