import { readFileSync } from 'node:fs'
import type { TSchema } from 'typebox'
import { PolicyDefinition } from '../../src/contract/schemas/definitions.ts'
import { contradictionsIn } from '../../src/domain/earning/contradictions.ts'
import type { ExplainedTerms } from '../../src/domain/earning/plain-words/explained-terms.ts'
import { plainWords } from '../../src/domain/earning/plain-words.ts'
import { inNormalSpelling } from '../../src/domain/earning/said.ts'
import { policy } from '../support/builders.ts'
import { BAD_TERMS } from '../support/earning/bad-terms.ts'

/*
 * docs/reference/policy.md, made of the schema that a PUT of a policy is checked by, of the function that finds contradictions,
 * and of the one that tells terms in plain words.
 */

/** As much of JSON Schema as the schema of a policy uses. */
interface Schema {
  readonly type?: string
  readonly description?: string
  readonly anyOf?: readonly Schema[]
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly items?: Schema
  readonly examples?: readonly unknown[]
  readonly minProperties?: number
  readonly 'x-must'?: string
}

const BEFORE = `# A policy

Made of \`src/contract/schemas/\`, by which every policy is checked. Refreshed by: npm test -- test/docs/policy.test.ts --update

A policy says what is counted, by which rules it is earned, carried over, taken and paid out, and how leave is asked for. It is put
by \`PUT /v1/books/{book}/policies/{policy}\`; a changed definition is a new version, which decides from its \`effectiveFrom\` on.
[Writing a policy](../guides/writing-a-policy.md) goes through it step by step; [ready-made ones](../../examples/policies/README.md)
are there for some countries and for plans of companies.

![The balance of somebody day by day through one year: monthly steps up, leave taken, five days carried over on 1 January, two of them lapsing on 1 April](policy-year.svg)

In the tables a member in **bold** has to be said. What is left out of a definition stays out of it: it means what the table says,
is shown as null, and is not recorded. Quantities are decimal numbers in strings; amounts of earning have up to 8 decimals, whatever
the policy's \`scale\`. A day of the year is \`MM-DD\`, and \`02-29\` is 28 February in common years.
`

const SECTIONS: readonly (readonly [title: string, members: readonly string[], about: string])[] = [
  [
    'What is counted',
    [
      'resource',
      'unit',
      'scale',
      'dayExclusive',
      'overdraftLimit',
      'name',
      'kindVisibleTo',
      'effectiveFrom',
      'retiredFrom',
    ],
    'A policy of these alone counts what is recorded by hand.',
  ],
  [
    '`leaveYear`',
    ['leaveYear'],
    'Amounts for a year, `yearMax`, `yearMost` and `most` count in it, and it is what carry-over ends. A leave year ends the day before the next one begins.',
  ],
  [
    '`earning`',
    ['earning'],
    'Every period earns what the level in force says, posted on one of its days. A period that begins on the 31st begins on the last day of shorter months.',
  ],
  [
    '`carryOver`',
    ['carryOver'],
    'On the carry-over day it is decided what of the balance at the end of the day before is kept. On one day the order is: lapse, carry-over, accrual, then leave. A balance below zero is carried as a debt. What was given a last valid day of its own keeps it, neither counted nor cut.',
  ],
  ['`spending`', ['spending'], 'What may be taken of what is there, and ahead of it.'],
  ['`encashment`', ['encashment'], 'What may be paid out instead of taken.'],
  ['Late and absent', ['countsAsWorked', 'lateLeave'], 'What leave under the policy does to what is earned.'],
  [
    '`requests`',
    ['requests'],
    'How leave is asked for: [Leave requests](../guides/leave-requests.md) has the rules one by one.',
  ],
]

/** The whole page. */
export function policyPage(): string {
  return [BEFORE, ...SECTIONS.map(section), contradictions(), inWords()].join('\n')
}

/** Every member of a policy is in one of the sections. */
export function membersTold(): readonly string[] {
  return SECTIONS.flatMap(([, members]) => members)
}

function section([title, members, about]: (typeof SECTIONS)[number]): string {
  const { properties, required } = PolicyDefinition as unknown as Required<Pick<Schema, 'properties' | 'required'>>
  const rows = members.flatMap((name) => rowsOf(name, properties[name]!, required.includes(name)))
  return `## ${title}\n\n${about}\n\n| member | what it may be | what it means |\n|---|---|---|\n${rows.join('')}`
}

/** A row for a member, and for every member within it. */
function rowsOf(path: string, schema: Schema, isNeeded: boolean): string[] {
  const { description = '' } = schema
  const name = isNeeded ? `**\`${path}\`**` : `\`${path}\``
  return [`| ${name} | ${cell(kindOf(schema))} | ${cell(description)} |\n`, ...within(path, schema)]
}

function within(path: string, { anyOf = [], items, properties = {}, required = [] }: Schema): string[] {
  // What a level says of carrying over is said where the policy does.
  if (/levels\[\]\.(carryOver|on)$/.test(path)) return []
  return [
    ...Object.entries(properties)
      .filter(([, schema]) => schema.description !== undefined)
      .flatMap(([name, schema]) => rowsOf(`${path}.${name}`, schema, required.includes(name))),
    ...anyOf.flatMap((one) => within(path, one)),
    ...(items?.properties === undefined ? [] : within(`${path}[]`, items)),
  ]
}

/** What the message about a value that does not fit says that it must be. */
function kindOf(schema: Schema): string {
  const { 'x-must': must, anyOf = [], const: only, type } = schema
  if (must !== undefined) return must.replace(/^be /, '').replaceAll(/"([^"]+)"/g, '`"$1"`')
  const branches = anyOf.filter((one) => one.type !== 'null')
  if (branches.length === 1) return kindOf(branches[0]!)
  if (only !== undefined) return `\`${JSON.stringify(only)}\``
  return KINDS[type ?? ''] ?? ''
}

const KINDS: Readonly<Record<string, string>> = { boolean: '`true` or `false`', object: 'an object', array: 'a list' }

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ')
}

const CONTRADICTIONS = `## What cannot be said together

Each is 400 \`invalid-request\`; \`errors\` has the pointer and the message, which says what to write instead. Some of them, as they are
told of the terms in the first column:

| terms | pointer | message |
|---|---|---|
`

/** One row for each message that is told of `BAD_TERMS`. */
function contradictions(): string {
  const told = new Set<string>()
  const rows = BAD_TERMS.flatMap(({ what, said }) => {
    const found = contradictionsIn(said, { ...policy({ scale: 1 }), ...said })
    if (found.length !== 1 || told.has(kindOfMessage(found[0]!.message))) return []
    told.add(kindOfMessage(found[0]!.message))
    return [`| ${what} | \`${found[0]!.pointer}\` | ${cell(found[0]!.message)} |\n`]
  })
  return CONTRADICTIONS + rows.join('')
}

/** What a message is about, whatever its figures and words of the terms. */
function kindOfMessage(message: string): string {
  const plain = message.replaceAll(/[0-9]+|"[^"]*"|\{.*\}/g, '')
  return `${plain.slice(0, 22)}${plain.slice(-22)}`
}

const EXAMPLE = 'company-monthly'

function inWords(): string {
  const text = readFileSync(`examples/policies/${EXAMPLE}.json`, 'utf8')
  const file = JSON.parse(text) as { policy: ExplainedTerms }
  return `## In plain words

\`GET …/policies/{policy}?explain=true\` and a dry run of a PUT say in \`text\` what the terms are. Of
[\`${EXAMPLE}\`](../../examples/policies/${EXAMPLE}.json):

\`\`\`json
${text}\`\`\`

> ${plainWords(inNormalSpelling(file.policy))}
`
}

/** @returns names of members that the schema has */
export function membersOfPolicy(): readonly string[] {
  return Object.keys((PolicyDefinition as TSchema & { properties: object }).properties)
}
