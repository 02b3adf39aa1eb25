/*
 * CHANGELOG.md as text in, text out. Its form: a section a version, the newest first. A section says at its beginning of
 * figures, hashes and answers whether they differ and from when; what changed, was fixed or removed says at its end which
 * of them it concerns.
 */

const KINDS = ['Figures', 'Hashes', 'Answers'] as const
/** Parts whose items are about something that was there before. */
const ABOUT_WHAT_WAS = ['Changed', 'Deprecated', 'Removed', 'Fixed', 'Security']
const DIFFERS = /Differs: (nothing|(figures|hashes|answers)(, (figures|hashes|answers))*, from .+)\.$/

export interface Section {
  /** `Unreleased`, or a version. */
  readonly name: string
  /** YYYY-MM-DD; undefined where it is not released. */
  readonly date: string | undefined
  readonly text: string
}

export function sectionsOf(changelog: string): Section[] {
  return changelog
    .split(/^(?=## )/m)
    .slice(1)
    .map((text) => {
      const [, name = '', date] = /^## \[([^\]]+)\](?: - (.+))?$/m.exec(text) ?? []
      return { name, date, text }
    })
}

/** The items of a section's parts, by part, each on one line. */
function itemsOf({ text }: Section): Map<string, string[]> {
  const parts = text.split(/^(?=### )/m).slice(1)
  return new Map(
    parts.map((part) => [
      /^### (.+)$/m.exec(part)?.[1] ?? '',
      part
        .split(/^- /m)
        .slice(1)
        .map((item) => item.trim().replaceAll(/\s+/g, ' ')),
    ]),
  )
}

/** @returns in words what is wrong with a section; empty where nothing is */
export function faultsOfSection(section: Section): string[] {
  const [head = ''] = section.text.split(/^### /m, 1)
  const all = itemsOf(section)
  const items = [...all].filter(([part]) => ABOUT_WHAT_WAS.includes(part)).flatMap(([, of]) => of)
  const count = [...all.values()].flat().length
  return [
    ...(count === 0 ? ['nothing is said in it'] : []),
    ...KINDS.flatMap((kind) => faultsOfKind(kind, head, items)),
    ...items.filter((item) => !DIFFERS.test(item)).map((item) => `ends without "Differs: …": ${item.slice(0, 60)}`),
  ]
}

function faultsOfKind(kind: (typeof KINDS)[number], head: string, items: readonly string[]): string[] {
  const [, says] = new RegExp(`^- \\*\\*${kind}\\*\\*: (none differ|differ from .+)\\.$`, 'm').exec(head) ?? []
  if (says === undefined) return [`does not say "- **${kind}**: none differ." or "differ from … on."`]
  const named = items.some((item) => DIFFERS.exec(item)?.[1]?.includes(kind.toLowerCase()))
  if (named === (says !== 'none differ')) return []
  return [`says of ${kind.toLowerCase()} "${says}", and its items say otherwise`]
}

/** The same with *Unreleased* made a version, and a new one above it. */
export function released(changelog: string, { version, date }: { version: string; date: string }): string {
  const next = `## [Unreleased]\n\n${KINDS.map((kind) => `- **${kind}**: none differ.`).join('\n')}\n\n`
  return changelog
    .replace(/^## \[Unreleased\]\n/m, () => `${next}## [${version}] - ${date}\n`)
    .replace(/^To become \S+, the first release\./m, 'The first release.')
}
