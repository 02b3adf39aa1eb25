import { readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { faultsOfSection, released, sectionsOf } from '../../scripts/release/changelog.ts'

const NOTHING = '- **Figures**: none differ.\n- **Hashes**: none differ.\n- **Answers**: none differ.\n'

describe('CHANGELOG.md', async () => {
  const sections = sectionsOf(await readFile('CHANGELOG.md', 'utf8'))

  test('has sections, of which only the first may be unreleased', () => {
    expect(sections.length).toBeGreaterThan(0)
    for (const { name, date } of sections.slice(1)) {
      expect(name).toMatch(/^\d+\.\d+\.\d+$/)
      expect(date).toMatch(/^\d{4}-\d\d-\d\d$/)
    }
  })

  test.each(sections)('$name says whether figures, hashes or answers differ, and from when', (section) => {
    // Between two releases there may be nothing to say yet.
    const faults = faultsOfSection(section).filter(
      (fault) => section.date !== undefined || fault !== 'nothing is said in it',
    )
    expect(faults).toEqual([])
  })
})

describe('the form of a section', () => {
  const cases: [what: string, text: string, fault: string | undefined][] = [
    ['nothing differs', `${NOTHING}\n### Added\n\n- Something.\n`, undefined],
    ['empty', NOTHING, 'nothing is said in it'],
    ['without figures', `${NOTHING.slice(NOTHING.indexOf('- **H'))}\n### Added\n\n- Some.\n`, 'Figures'],
    [
      'a change that says nothing of it',
      `${NOTHING}\n### Changed\n\n- Faster.\n`,
      'ends without "Differs: …": Faster.',
    ],
    ['a change of nothing', `${NOTHING}\n### Changed\n\n- Faster.\n  Differs: nothing.\n`, undefined],
    [
      'a change that the beginning does not name',
      `${NOTHING}\n### Fixed\n\n- Right now. Differs: figures, from 0.2.0 on.\n`,
      'says of figures',
    ],
    [
      'a change that it does',
      `${NOTHING.replace('**Answers**: none differ', '**Answers**: differ from 0.2.0 on')}\n### Fixed\n\n- X. Differs: answers, from 0.2.0 on.\n`,
      undefined,
    ],
    ['a change without when', `${NOTHING}\n### Fixed\n\n- X. Differs: answers.\n`, 'ends without'],
  ]
  test.each(cases)('%s', (_what, text, fault) => {
    const [section] = sectionsOf(`# Changelog\n\n## [Unreleased]\n\n${text}`)
    const faults = faultsOfSection(section!).join('\n')
    if (fault === undefined) expect(faults).toBe('')
    else expect(faults).toContain(fault)
  })
})

test('a release is dated, and the next one begins above it', () => {
  const before = `# Changelog\n\n## [Unreleased]\n\nTo become 0.1.0, the first release. And more.\n\n${NOTHING}\n### Added\n\n- It.\n`
  const sections = sectionsOf(released(before, { version: '0.1.0', date: '2026-11-28' }))
  expect(sections.map(({ name, date }) => [name, date])).toEqual([
    ['Unreleased', undefined],
    ['0.1.0', '2026-11-28'],
  ])
  expect(sections[1]!.text).toContain('\nThe first release. And more.')
  expect(sections.map(faultsOfSection)).toEqual([['nothing is said in it'], []])
})
