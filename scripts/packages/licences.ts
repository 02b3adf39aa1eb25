import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Of what serves, and so is passed on with an image: they ask for their text to be kept, and for nothing else. */
const PASSED_ON = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  // Of tables of public holidays, which NOTICE names as it asks.
  'CC-BY-3.0',
  'ISC',
  'MIT',
  'PSF-2.0',
  'Python-2.0',
  'Unlicense',
])

/** Of what only changes the code, and is passed on with nothing. */
const USED = new Set([...PASSED_ON, 'MPL-2.0'])

interface Locked {
  readonly dev?: boolean
  readonly optional?: boolean
  readonly devOptional?: boolean
}

interface Examined {
  readonly looked: number
  /** Locked, and not installed here: of another platform. */
  readonly elsewhere: number
  /** A sentence each. */
  readonly objections: string[]
}

/** Holds the licence that each installed package says it has against those that are allowed. Asks nobody. */
export function examineLicences(root: string): Examined {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as { packages: Record<string, Locked> }
  const objections: string[] = []
  let looked = 0
  let elsewhere = 0
  for (const [path, { dev, optional, devOptional }] of Object.entries(lock.packages)) {
    if (path === '') continue
    const file = join(root, path, 'package.json')
    if (!existsSync(file)) {
      if (optional === true || devOptional === true) elsewhere += 1
      else objections.push(`${path} is not installed, so nobody can say what licence it has. Run npm ci.`)
      continue
    }
    looked += 1
    const licence = licenceIn(JSON.parse(readFileSync(file, 'utf8')) as Manifest)
    const isUsedOnly = dev === true || devOptional === true
    if (!isAllowed(licence, isUsedOnly ? USED : PASSED_ON)) {
      objections.push(`${path} has the licence ${licence}, which scripts/packages/licences.ts does not allow.`)
    }
  }
  return { looked, elsewhere, objections }
}

interface Manifest {
  readonly license?: string | { readonly type?: string }
  /** As it was written long ago. */
  readonly licenses?: readonly { readonly type?: string }[]
}

/** @returns an expression of SPDX, as far as the package says one */
export function licenceIn({ license, licenses }: Manifest): string {
  const said = typeof license === 'string' ? license : license?.type
  return said ?? licenses?.map(({ type = 'unnamed' }) => type).join(' OR ') ?? 'that it does not name'
}

/** Whether an expression of SPDX lets itself be met by what is allowed. What is nested is not understood, and so not allowed. */
export function isAllowed(expression: string, allowed: ReadonlySet<string>): boolean {
  const bare = expression.replace(/^\((.*)\)$/, '$1')
  if (bare.includes(' AND ') && bare.includes(' OR ')) return false
  if (bare.includes(' AND ')) return bare.split(' AND ').every((licence) => allowed.has(licence))
  return bare.split(' OR ').some((licence) => allowed.has(licence))
}
