import { execFileSync } from 'node:child_process'
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Cut, cutRelease, NoRelease } from '../../scripts/release/cut.ts'

// A release is cut from a repository of a few lines, by the real git.

const CHANGELOG =
  '# Changelog\n\n## [Unreleased]\n\n- **Figures**: none differ.\n- **Hashes**: none differ.\n- **Answers**: none differ.\n' +
  '\n### Added\n\n- Something.\n'

let root: string
let said: string
let checked: number

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'daybook-cut-'))
  said = ''
  checked = 0
  git('init', '--quiet')
  git('config', 'user.name', 'Somebody')
  git('config', 'user.email', 'somebody@example.com')
  commit(CHANGELOG)
})
afterEach(() => rmSync(root, { recursive: true }))

function git(...args: string[]): string {
  return execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim()
}

function commit(changelog: string): void {
  writeFileSync(join(root, 'CHANGELOG.md'), changelog)
  git('add', '--all')
  git('commit', '--quiet', '--message', 'A change')
}

function cut(also: Partial<Cut> = {}): Promise<void> {
  return cutRelease({
    root,
    version: '0.1.0',
    date: '2026-11-28',
    dry: false,
    check() {
      checked += 1
    },
    async keep(folder) {
      mkdirSync(folder, { recursive: true })
      writeFileSync(join(folder, 'database.sql.gz'), 'kept')
    },
    say(words) {
      said += words
    },
    ...also,
  })
}

test('dates the changelog, keeps a database, commits and tags', async () => {
  await cut()
  expect(checked).toBe(1)
  expect(git('status', '--porcelain')).toBe('')
  expect(git('log', '-1', '--format=%s')).toBe('Release 0.1.0')
  expect(git('rev-parse', 'v0.1.0^{commit}')).toBe(git('rev-parse', 'HEAD'))
  expect(git('show', '--name-only', '--format=', 'HEAD').split('\n')).toEqual([
    'CHANGELOG.md',
    'test/releases/0.1.0/database.sql.gz',
  ])
  expect(readFileSync(join(root, 'CHANGELOG.md'), 'utf8')).toContain('\n## [0.1.0] - 2026-11-28\n')
  expect(said).toContain('git push --follow-tags')
})

test('dry, it changes nothing and says what it would do', async () => {
  const before = git('rev-parse', 'HEAD')
  await cut({ dry: true })
  expect([git('rev-parse', 'HEAD'), git('status', '--porcelain'), git('tag')]).toEqual([before, '', ''])
  expect(said).toContain('## [0.1.0] - 2026-11-28')
})

describe('refuses, and changes nothing,', () => {
  async function expectRefused(reason: string | RegExp, also: Partial<Cut> = {}): Promise<void> {
    const before = [git('rev-parse', 'HEAD'), git('status', '--porcelain'), git('tag')]
    const refused = await cut(also).catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(NoRelease)
    expect((refused as Error).message).toMatch(reason)
    expect([git('rev-parse', 'HEAD'), git('status', '--porcelain'), git('tag')]).toEqual(before)
  }

  test('with an empty section of the changelog', async () => {
    commit(CHANGELOG.slice(0, CHANGELOG.indexOf('### Added')))
    await expectRefused('nothing is said in it')
  })

  test('with a section that does not say what differs', async () => {
    commit(`${CHANGELOG}\n### Changed\n\n- Faster.\n`)
    await expectRefused('ends without "Differs: …": Faster.')
  })

  test('with changes that are not committed', async () => {
    appendFileSync(join(root, 'CHANGELOG.md'), '- More.\n')
    await expectRefused(/not committed:\nM CHANGELOG\.md/)
  })

  test('with a file that nobody has added', async () => {
    writeFileSync(join(root, 'new.txt'), '')
    await expectRefused(/\?\? new\.txt/)
  })

  test('where a check fails', async () => {
    await expectRefused('npm run check failed', {
      check() {
        throw new NoRelease('npm run check failed')
      },
    })
  })

  test('a version that was released', async () => {
    git('tag', 'v0.1.0')
    await expectRefused('v0.1.0 is there already')
  })

  test('a version that is none', () => expectRefused('none to release', { version: '0.1.0-next' }))
})
