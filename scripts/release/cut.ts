import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { faultsOfSection, released, sectionsOf } from './changelog.ts'

export interface Cut {
  /** The folder of the repository. */
  readonly root: string
  readonly version: string
  /** Today, YYYY-MM-DD. */
  readonly date: string
  /** Looks at everything and changes nothing. */
  readonly dry: boolean
  /** @throws where a change would not be let in */
  readonly check: () => void
  /** Keeps a database as this release fills it. */
  readonly keep: (folder: string) => Promise<void>
  readonly say: (words: string) => void
}

/** Why no release is cut, for whoever asked. */
export class NoRelease extends Error {}

/**
 * Cuts a release: a commit with the dated changelog and a kept database, and a tag. Nothing is pushed.
 * @throws NoRelease before anything was changed; whatever `check` and `keep` throw
 */
export async function cutRelease({ root, version, date, dry, check, keep, say }: Cut): Promise<void> {
  const git = (...args: string[]): string => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim()
  const path = join(root, 'CHANGELOG.md')
  const changelog = readFileSync(path, 'utf8')
  const reasons = [
    ...objections({ version, status: git('status', '--porcelain'), tag: git('tag', '--list', `v${version}`) }),
    ...faultsOfChangelog(changelog),
  ]
  if (reasons.length > 0) throw new NoRelease(reasons.join('\n'))
  check()
  const dated = released(changelog, { version, date })
  const kept = join('test', 'releases', version)
  if (dry) {
    say(`Would date the changelog, keep a database in ${kept}, commit and tag v${version}:\n`)
    say(sectionsOf(dated)[1]!.text.split('\n').slice(0, 12).join('\n'))
    return
  }
  await keep(join(root, kept))
  writeFileSync(path, dated)
  git('add', '--all')
  git('commit', '--quiet', '--message', `Release ${version}`)
  git('tag', '--annotate', `v${version}`, '--message', `Daybook ${version}`)
  say(`v${version} is a tag on ${git('rev-parse', '--short', 'HEAD')}. To publish it: git push --follow-tags`)
}

function objections({ version, status, tag }: { version: string; status: string; tag: string }): string[] {
  return [
    ...(/^\d+\.\d+\.\d+$/.test(version) ? [] : [`package.json has the version ${version}, which is none to release.`]),
    ...(status === '' ? [] : [`There are changes that are not committed:\n${status}`]),
    ...(tag === '' ? [] : [`v${version} is there already: raise the version in package.json.`]),
  ]
}

function faultsOfChangelog(changelog: string): string[] {
  const [newest] = sectionsOf(changelog)
  if (newest?.name !== 'Unreleased') return ['CHANGELOG.md does not begin with a section [Unreleased].']
  return faultsOfSection(newest).map((fault) => `CHANGELOG.md, [Unreleased]: ${fault}.`)
}
