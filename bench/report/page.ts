import { withUnit } from './figures.ts'
import { seriesTable } from './print.ts'
import { isMet, type Machine, type Result, type Table, type Verdict } from './result.ts'

/** docs/benchmarks.md, as a whole. */
export function benchmarksPage(results: readonly Result[]): string {
  return `${[
    '# Benchmarks',
    '<!-- Written by `npm run bench` from bench/results.ndjson. Words of people are in benchmarks-notes.md. -->',
    'Measured by `npm run bench`, which anybody can repeat; [what the figures mean, where the time goes and what was tried](benchmarks-notes.md) ' +
      'is told apart. Every figure is a median over the rounds, with the lowest and the highest in brackets. Whatever is compared was measured ' +
      'in turn in the same run, on the same PostgreSQL, with service, database and load generator sharing one machine.',
    ...runs(results),
    '## What was asked, and what came of it',
    markdown(overview(results)),
    ...results.flatMap(section),
  ].join('\n\n')}\n`
}

function overview(results: readonly Result[]): Table {
  const rows = results.flatMap(({ title, verdicts }) => {
    const whats = [...new Set(verdicts.map(({ what }) => what))]
    return whats.map((what) => {
      const same = verdicts.filter((verdict) => verdict.what === what)
      const { value, unit } = same[0]!
      return [title, what, withUnit(value, unit), judged(same, 'bar'), judged(same, 'aim')]
    })
  })
  return { title: '', head: ['scenario', 'figure', 'measured', 'bar', 'aim'], rows }
}

function judged(verdicts: readonly Verdict[], level: Verdict['level']): string {
  return verdicts
    .filter((verdict) => verdict.level === level)
    .map((verdict) => {
      const { is, limit, unit } = verdict
      return `${is === 'at least' ? '≥' : '≤'} ${withUnit(limit, unit)}: ${isMet(verdict) ? 'met' : '**not met**'}`
    })
    .join(', ')
}

function section(result: Result): string[] {
  const { title, scenario, about, unit, series, tables, checks } = result
  return [
    `## ${title}`,
    `\`npm run bench -- ${scenario}\`. ${about}`,
    ...(series.length > 0 ? [markdown(seriesTable(unit, series))] : []),
    ...tables.flatMap((table) => [`**${table.title}**`, markdown(table)]),
    ...(checks.length > 0 ? [['Checked afterwards:', '', ...checks.map((words) => `- ${words}`)].join('\n')] : []),
  ]
}

/** Scenarios may have been run at different times, after different changes. */
function runs(results: readonly Result[]): string[] {
  const groups = Map.groupBy(results, ({ machine }) => JSON.stringify(machine))
  return Array.from(groups, ([machine, group]) => {
    const times = group.map(({ at }) => at).toSorted()
    const names = group.length === results.length ? 'All of it' : group.map(({ title }) => title).join('; ')
    const when = times[0] === times.at(-1) ? times[0]! : `${times[0]} to ${times.at(-1)}`
    const rounds = [...new Set(group.flatMap(({ series }) => series.map(({ rates }) => rates.length)))]
    return `${names}: ${when}, ${rounds.join(' or ')} rounds.\n\n${describe(JSON.parse(machine) as Machine)}`
  })
}

function describe(machine: Machine): string {
  const { cpu, cores, memoryGib, platform, node, postgres, settings, sqlClient, commit } = machine
  const rows = [
    ['processor', `${cpu}, ${cores} cores`],
    ['memory', `${memoryGib} GiB`],
    ['system', platform],
    ['Node', node],
    ['PostgreSQL', `${postgres}: ${settings.join(', ')}`],
    ['SQL client', sqlClient],
    ...(commit === undefined ? [] : [['commit', commit]]),
  ]
  return markdown({ title: '', head: ['', ''], rows })
}

function markdown({ head, rows }: Table): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [line(head), `|${head.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n')
}
