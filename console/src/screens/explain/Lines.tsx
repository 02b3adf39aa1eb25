import { Card, Group, Skeleton, Stack, Table, Text } from '@mantine/core'
import { useSession } from '../../app/session.tsx'
import { minus } from '../../parts/decimals.ts'
import { FormProblem } from '../../parts/FormProblem.tsx'
import { EventLink, positionOf } from '../../parts/links.tsx'
import { ProblemNotice } from '../../parts/Notice.tsx'
import { faultsOf } from '../../parts/said.ts'
import { useWords } from '../../words/words.tsx'
import { type Account, type Line, useExplanation } from './use-explanation.ts'

/** What is said at the fields that ask. */
const AT_FIELDS = ['/asOf', '/knownAt']

/** Each line with its sentence; beside another time, what was known only then, and what only now. */
export function Lines({ account, known }: { readonly account: Account; readonly known: string | undefined }) {
  const { t } = useWords()
  const then = useExplanation(account, known)
  if (Object.keys(faultsOf(then.error)).length > 0) return <FormProblem error={then.error} at={AT_FIELDS} />
  if (then.error !== null) return <ProblemNotice error={then.error} again={() => void then.refetch()} />
  if (then.data === undefined) return <Skeleton h={240} />
  return (
    <Stack>
      {known !== undefined && <Difference account={account} then={then.data} />}
      <Card withBorder padding={0} component="section" aria-label={t('explain.lines')}>
        <LineTable lines={then.data} />
      </Card>
    </Stack>
  )
}

function Difference({ account, then }: { readonly account: Account; readonly then: readonly Line[] }) {
  const { t, quantity } = useWords()
  const now = useExplanation(account, undefined)
  if (now.error !== null) return <ProblemNotice error={now.error} />
  if (now.data === undefined) return <Skeleton h={120} />
  const [before, after] = [balanceOf(then), balanceOf(now.data)]
  const [gone, learned] = [without(then, now.data), without(now.data, then)]
  return (
    <Card withBorder padding="md" component="section" aria-label={t('explain.difference')}>
      <Stack gap="sm">
        <Group gap="xl">
          <Figure label={t('explain.knownThen')} text={quantity(before)} />
          <Figure label={t('explain.knownNow')} text={quantity(after)} />
          <Figure label={t('explain.difference')} text={quantity(minus(after, before))} />
        </Group>
        {gone.length + learned.length === 0 && <Text c="dimmed">{t('explain.sinceNothing')}</Text>}
        <Told title={t('explain.since')} lines={learned} />
        <Told title={t('explain.gone')} lines={gone} />
      </Stack>
    </Card>
  )
}

function Figure({ label, text }: { readonly label: string; readonly text: string }) {
  return (
    <div>
      <Text size="sm" c="dimmed">
        {label}
      </Text>
      <Text fw={600} className="numbers">
        {text}
      </Text>
    </div>
  )
}

function Told({ title, lines }: { readonly title: string; readonly lines: readonly Line[] }) {
  const { day, quantity } = useWords()
  if (lines.length === 0) return null
  return (
    <div>
      <Text fw={600} size="sm">
        {title}
      </Text>
      {lines.map((line) => (
        <Text key={idOf(line)} size="sm">
          {`${day(line.on)}: ${line.text} (${quantity(line.amount)}) `}
          <Recorded line={line} />
        </Text>
      ))}
    </div>
  )
}

function LineTable({ lines }: { readonly lines: readonly Line[] }) {
  const { t, day, quantity } = useWords()
  return (
    <Table.ScrollContainer minWidth={600}>
      <Table verticalSpacing="xs" horizontalSpacing="md" striped>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('explain.day')}</Table.Th>
            <Table.Th>{t('explain.why')}</Table.Th>
            <Table.Th>{t('explain.transaction')}</Table.Th>
            <Table.Th ta="right">{t('explain.amount')}</Table.Th>
            <Table.Th ta="right">{t('import.balance')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {lines.map((line) => (
            <Table.Tr key={idOf(line)}>
              <Table.Td className="numbers" style={{ whiteSpace: 'nowrap' }}>
                {day(line.on)}
              </Table.Td>
              <Table.Td>{line.text}</Table.Td>
              <Table.Td>
                <Recorded line={line} />
              </Table.Td>
              <Table.Td ta="right" className="numbers">
                {quantity(line.amount)}
              </Table.Td>
              <Table.Td ta="right" className="numbers" fw={600}>
                {quantity(line.balance)}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  )
}

/** The event that recorded a line, for whoever may read events. */
function Recorded({ line: { transaction } }: { readonly line: Line }) {
  const { may } = useSession()
  if (transaction === null) return null
  if (!may('events:read')) return <span className="numbers">{transaction}</span>
  return <EventLink position={positionOf(transaction)}>{transaction}</EventLink>
}

function balanceOf(lines: readonly Line[]): string {
  return lines.at(-1)?.balance ?? '0'
}

function without(lines: readonly Line[], others: readonly Line[]): readonly Line[] {
  const known = new Set(others.map(idOf))
  return lines.filter((line) => !known.has(idOf(line)))
}

/** A carry-over of nothing has no transaction. */
function idOf({ transaction, on, text }: Line): string {
  return transaction ?? `${on} ${text}`
}
