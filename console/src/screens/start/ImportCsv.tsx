import {
  Badge,
  Button,
  Card,
  FileButton,
  Group,
  Progress,
  ScrollArea,
  Stack,
  Table,
  Text,
  Textarea,
  Title,
} from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { refresh } from '../../app/live.ts'
import { useSession } from '../../app/session.tsx'
import { Curl } from '../../parts/Curl.tsx'
import { ProblemNotice } from '../../parts/Notice.tsx'
import { said } from '../../parts/said.ts'
import { useWords } from '../../words/words.tsx'
import { rowsOfCsv } from './csv.ts'
import { COLUMNS, importRows, isNumber, type Looked, lookThrough, RowFault } from './import.ts'

const EXAMPLE = 'id,name,email,department,manager,hiredOn,policy,balance,asOf\n'

/** People and what they have, from a table: looked through first, then recorded. */
export function ImportCsv() {
  const { t } = useWords()
  const { daybook, book } = useSession()
  const queries = useQueryClient()
  const [text, setText] = useState('')
  const [done, setDone] = useState(0)
  const look = useMutation({ mutationFn: () => lookThrough(daybook, book, rowsOfCsv(text), setDone) })
  const looked = look.data ?? []
  const good = looked.filter(({ problem }) => problem === undefined)
  const record = useMutation({
    mutationFn: () => importRows(daybook, book, good, setDone),
    onSettled: () => refresh(queries, book),
  })
  const change = (next: string) => {
    look.reset()
    record.reset()
    setText(next)
  }
  const isBusy = look.isPending || record.isPending
  return (
    <Card withBorder padding="lg" component="section" aria-label={t('import.title')}>
      <Stack>
        <div>
          <Title order={2} size="h4">
            {t('import.title')}
          </Title>
          <Text size="sm" c="dimmed">
            {t('import.lead', { columns: COLUMNS.join(', ') })}
          </Text>
        </div>
        <Textarea
          label={t('import.table')}
          placeholder={EXAMPLE}
          autosize
          minRows={4}
          maxRows={12}
          className="table-text"
          value={text}
          onChange={(event) => change(event.currentTarget.value)}
        />
        <Group>
          <FileButton accept=".csv,text/csv,text/plain" onChange={(file) => void file?.text().then(change)}>
            {(props) => (
              <Button variant="default" {...props}>
                {t('import.file')}
              </Button>
            )}
          </FileButton>
          <Button loading={look.isPending} disabled={text.trim() === '' || isBusy} onClick={() => look.mutate()}>
            {t('import.look')}
          </Button>
        </Group>
        {isBusy && (
          <Progress value={(100 * done) / Math.max(1, rowsOfCsv(text).length)} aria-label={t('import.look')} />
        )}
        {look.isSuccess && looked.length === 0 && (
          <Text role="status" size="sm">
            {t('import.noRows')}
          </Text>
        )}
        {looked.length > 0 && <Rows looked={looked} />}
        <ProblemNotice error={look.error ?? record.error} />
        {good.length > 0 && !record.isSuccess && (
          <Button w="fit-content" loading={record.isPending} onClick={() => record.mutate()}>
            {t('import.record', { count: good.length })}
          </Button>
        )}
        {record.isSuccess && (
          <Text role="status" size="sm">
            {t('import.done', { count: good.length })}
          </Text>
        )}
        <Curl
          method="PUT"
          path={`/v1/books/${book}/entities/ada`}
          body={{ name: 'Ada Okafor', department: 'Research' }}
        />
      </Stack>
    </Card>
  )
}

function Rows({ looked }: { readonly looked: readonly Looked[] }) {
  const words = useWords()
  const { t, quantity } = words
  return (
    <ScrollArea.Autosize mah={320} tabIndex={0}>
      <Table stickyHeader verticalSpacing={4} aria-label={t('import.preview')}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('import.row')}</Table.Th>
            <Table.Th>{t('import.person')}</Table.Th>
            <Table.Th>{t('import.balance')}</Table.Th>
            <Table.Th>{t('import.outcome')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {looked.map(({ number, row, accrual, problem }) => (
            <Table.Tr key={number}>
              <Table.Td className="numbers">{number}</Table.Td>
              <Table.Td>{row['name'] ?? row['id']}</Table.Td>
              <Table.Td className="numbers">
                {accrual !== undefined && isNumber(accrual.amount) ? quantity(accrual.amount) : row['balance']}
              </Table.Td>
              <Table.Td>
                {problem === undefined ? (
                  <Badge color="teal" variant="light" tt="none" className="status approved">
                    {t('import.good')}
                  </Badge>
                ) : (
                  <Text size="sm" c="var(--mantine-color-error)">
                    {problem instanceof RowFault ? t(`import.${problem.fault}`) : said(problem, words)}
                  </Text>
                )}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </ScrollArea.Autosize>
  )
}
