import { Button, Card, Group, Stack, Table, Text, Title } from '@mantine/core'
import { type ReactNode, useRef } from 'react'
import { useWords } from '../words/words.tsx'
import { BarChart } from './BarChart.tsx'
import { ColumnChart } from './ColumnChart.tsx'
import { csvOf, drawnOf, type Plot } from './plot.ts'
import { drawingAlone, save } from './saved.ts'

/** Figures as a drawing, as a table, and as files of both. */
export function PlotCard({
  plot,
  file,
  form = 'columns',
  children,
}: {
  readonly plot: Plot
  /** The name of the files, without what says their kind. */
  readonly file: string
  /** `columns` beside each other, for what goes on in time; `bars` below each other, where groups have long names. */
  readonly form?: 'columns' | 'bars'
  readonly children?: ReactNode
}) {
  const { t } = useWords()
  const box = useRef<HTMLDivElement>(null)
  const drawn = drawnOf(plot)
  const { title, series } = plot
  const saveDrawing = () => {
    const svg = box.current?.querySelector('svg')
    if (svg instanceof SVGSVGElement) save(`${file}.svg`, drawingAlone(svg))
  }
  return (
    <Card withBorder padding="lg" component="section" aria-label={title}>
      <Stack gap="sm">
        <Group justify="space-between" gap="xs">
          <Title order={2} size="h4">
            {title}
          </Title>
          <Group gap="xs">
            <Button
              size="compact-sm"
              variant="default"
              aria-label={t('plot.csv', { title })}
              onClick={() => save(`${file}.csv`, new Blob([csvOf(plot)], { type: 'text/csv' }))}
            >
              CSV
            </Button>
            <Button size="compact-sm" variant="default" aria-label={t('plot.svg', { title })} onClick={saveDrawing}>
              SVG
            </Button>
          </Group>
        </Group>
        {children}
        <div ref={box} className="plot" role="group" tabIndex={0} aria-label={title}>
          {form === 'columns' ? <ColumnChart plot={plot} /> : <BarChart plot={plot} />}
        </div>
        {series.length > 1 && (
          <Group gap="md">
            {drawn.map(({ name }, index) => (
              <Group key={name} gap={6} wrap="nowrap">
                <span className={`series-key series-${index}`} />
                <Text size="xs">{name}</Text>
              </Group>
            ))}
            {drawn.length < series.length && (
              <Text size="xs" c="dimmed">
                {t('plot.more', { count: series.length - drawn.length })}
              </Text>
            )}
          </Group>
        )}
        <details>
          <summary>{t('plot.table')}</summary>
          <PlotTable plot={plot} />
        </details>
      </Stack>
    </Card>
  )
}

function PlotTable({ plot: { of, groups, series } }: { readonly plot: Plot }) {
  const { quantity } = useWords()
  return (
    <Table.ScrollContainer minWidth={160 + 90 * series.length} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
      <Table verticalSpacing={4}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{of}</Table.Th>
            {series.map(({ name }) => (
              <Table.Th key={name} ta="end">
                {name}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {groups.map((group, at) => (
            <Table.Tr key={`${at} ${group}`}>
              <Table.Th scope="row" fw={400}>
                {group}
              </Table.Th>
              {series.map(({ name, values }) => (
                <Table.Td key={name} ta="end" className="numbers">
                  {quantity(values[at] ?? '0')}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  )
}
