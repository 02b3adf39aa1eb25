import { readdir } from 'node:fs/promises'
import { expect, test } from 'vitest'
import type { CompiledQuery } from '../../src/db/compiled.ts'
import { statementsOfProject } from '../support/statements.ts'

// What Kysely makes of the queries is on file, so that whoever changes one sees in the diff what the database is asked.

const REFRESH = 'npm test -- test/sql/queries.test.ts --update'
const { queries } = await statementsOfProject()
const byFile = Map.groupBy(queries, ({ file }) => file)

test.each([...byFile].map(([file, found]) => [file, pageOf(file), found] as const))(
  '%s asks what is on file in test/sql/%s',
  async (file, page, found) => {
    const texts = found.map(({ exportedAs, query }) => textsOf(exportedAs, query))
    const whole = [`-- What ${file} asks. Refreshed by: ${REFRESH}\n`, ...texts].join('\n')
    await expect(whole, `test/sql/${page} is out of date: ${REFRESH}`).toMatchFileSnapshot(`./${page}`)
  },
)

test('no text is on file that nobody asks', async () => {
  const asked = new Set([...byFile.keys()].map(pageOf))
  const pages = (await readdir(new URL('.', import.meta.url))).filter((name) => name.endsWith('.sql'))
  expect(pages.filter((page) => !asked.has(page))).toEqual([])
})

function pageOf(file: string): string {
  return `${file
    .replace(/^src\/|\.ts$/g, '')
    .replace(/\.ts$/, '')
    .replaceAll('/', '-')}.sql`
}

/** What decides who sees how much; a read about everybody is asked without it. */
const REACH: readonly string[] = ['reach', 'hidden']

/** Without any of its conditions, with all of them, the same within reach, and that where kinds are hidden. */
function textsOf(exportedAs: string, query: CompiledQuery): string {
  const title = `-- ${exportedAs}${query.name === undefined ? ', planned each time' : ` (${query.name})`}`
  const bare = `${title}\n${printed(query.textWith([]))}`
  const filters = query.optional.filter((condition) => !REACH.includes(condition))
  const all = `\n-- … with ${filters.join(', ')}\n${printed(query.textWith(filters))}`
  const known = query.optional.filter((condition) => condition !== 'hidden')
  const within = `\n-- … within reach\n${printed(query.textWith(known))}`
  const hidden = `\n-- … where kinds are hidden\n${printed(query.textWith(query.optional))}`
  return [
    bare,
    ...(filters.length === 0 ? [] : [all]),
    ...(filters.length === known.length ? [] : [within]),
    ...(known.length === query.optional.length ? [] : [hidden]),
  ].join('')
}

const CLAUSES =
  /\s+(?=(?:from|where|and|or|inner join|cross join|left join|group by|order by|limit|union|on conflict)\b)/g

/** A clause a line, further in for each parenthesis. */
function printed(text: string): string {
  let depth = 0
  const lines = text.replaceAll(/\s+/g, ' ').replaceAll(CLAUSES, '\n').split('\n')
  const indented = lines.map((line) => {
    const at = depth
    depth += (line.match(/\(/g)?.length ?? 0) - (line.match(/\)/g)?.length ?? 0)
    return `${'  '.repeat(Math.max(at, 0))}${line}`
  })
  return `${indented.join('\n').replaceAll(/"([a-z_]+)"/g, '$1')};\n`
}
