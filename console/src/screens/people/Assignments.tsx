import type { Schema } from '@daybook/client'
import { Button, Stack, Table, Text } from '@mantine/core'
import { useState } from 'react'
import { useAssignments } from '../../api/queries.ts'
import { useSession } from '../../app/session.tsx'
import { ProblemNotice } from '../../parts/Notice.tsx'
import { usePolicyNames } from '../../parts/policies.ts'
import { Section } from '../../parts/Section.tsx'
import { useWords } from '../../words/words.tsx'
import { AssignmentForm } from './AssignmentForm.tsx'

/** By which policies somebody earns, from when to when, and with which share of full time. */
export function Assignments({ entity }: { readonly entity: string }) {
  const { t } = useWords()
  const { may } = useSession()
  const assignments = useAssignments(entity)
  const [open, setOpen] = useState<Schema<'Assignment'> | 'new'>()
  const isMine = may('assignments:define')
  return (
    <Section
      title={t('person.assignments')}
      aside={
        isMine &&
        open === undefined && (
          <Button size="compact-sm" variant="default" onClick={() => setOpen('new')}>
            {t('assignment.add')}
          </Button>
        )
      }
    >
      <ProblemNotice error={assignments.error} />
      {assignments.data?.length === 0 && <Text c="dimmed">{t('assignment.none')}</Text>}
      {(assignments.data?.length ?? 0) > 0 && (
        <AssignmentTable assignments={assignments.data ?? []} change={isMine ? setOpen : undefined} />
      )}
      {open !== undefined && assignments.data !== undefined && (
        <AssignmentForm
          key={open === 'new' ? 'new' : open.id}
          entity={entity}
          known={open === 'new' ? undefined : open}
          others={assignments.data}
          close={() => setOpen(undefined)}
        />
      )}
    </Section>
  )
}

function AssignmentTable({
  assignments,
  change,
}: {
  readonly assignments: readonly Schema<'Assignment'>[]
  readonly change: ((assignment: Schema<'Assignment'>) => void) | undefined
}) {
  const { t, day, quantity } = useWords()
  const names = usePolicyNames()
  return (
    <Table.ScrollContainer minWidth={520}>
      <Table verticalSpacing="xs">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('assignment.policy')}</Table.Th>
            <Table.Th>{t('assignment.days')}</Table.Th>
            <Table.Th>{t('assignment.share')}</Table.Th>
            <Table.Th>{t('assignment.own')}</Table.Th>
            {change !== undefined && (
              <Table.Th>
                <span className="visually-hidden">{t('form.change')}</span>
              </Table.Th>
            )}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {assignments.map((one) => (
            <Table.Tr key={one.id}>
              <Table.Td>{names.policy(one.policy)}</Table.Td>
              <Table.Td>
                {t('employment.span', { from: day(one.from), to: one.to === null ? 'open' : day(one.to) })}
              </Table.Td>
              <Table.Td className="numbers">
                <Stack gap={0}>
                  {one.share === null ? t('assignment.fullTime') : quantity(one.share)}
                  {one.effectiveFrom > one.from && (
                    <Text size="xs" c="dimmed">
                      {t('assignment.since', { on: day(one.effectiveFrom) })}
                    </Text>
                  )}
                </Stack>
              </Table.Td>
              <Table.Td>{ownOf(one)}</Table.Td>
              {change !== undefined && (
                <Table.Td ta="right">
                  <Button size="compact-xs" variant="subtle" onClick={() => change(one)}>
                    {t('form.change')}
                  </Button>
                </Table.Td>
              )}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  )

  function ownOf({ amounts, terms }: Schema<'Assignment'>): string {
    if (terms !== null) return t('assignment.ownTerms')
    if (amounts?.yearAmount !== undefined) return t('assignment.ownYear', { amount: quantity(amounts.yearAmount) })
    return amounts?.amount === undefined ? '' : t('assignment.ownPeriod', { amount: quantity(amounts.amount) })
  }
}
