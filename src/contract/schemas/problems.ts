import { type TObject, type TProperties, type TSchema, Type } from 'typebox'
import { catalogue, type ProblemCode } from '../problem-catalogue.ts'

/** The document of one problem. */
export function problemSchema(code: ProblemCode): TObject {
  const { title, status, description, members } = catalogue[code]
  const all: TProperties = {
    type: Type.Literal(`/problems/${code}`, { description: 'The page about this problem.' }),
    title: Type.Literal(title),
    status: Type.Integer({ const: status }),
    detail: Type.String({ description: 'What happened this time.' }),
    instance: Type.String({ description: 'The request.', examples: ['urn:daybook:request:5f0c2a91-1'] }),
    code: Type.Literal(code),
    ...members,
    ...(isAboutLine(code) ? { pointer: LinePointer } : {}),
  }
  return Type.Object(all, { description, 'x-schema': schemaName(code) })
}

/**
 * The documents of several problems that share a status, told apart by `code`.
 * @param name of the component that they are together
 */
export function problemsSchema(name: string, codes: readonly ProblemCode[]): TSchema {
  const mapping = Object.fromEntries(codes.map((code) => [code, `#/components/schemas/${schemaName(code)}`]))
  return Type.Union(codes.map(problemSchema), { discriminator: { propertyName: 'code', mapping }, 'x-schema': name })
}

const LinePointer = Type.Optional(
  Type.String({
    description: 'Which of several lines it is about, or which member: a JSON pointer into the body.',
    examples: ['/transactions/3'],
  }),
)

/** Problems of one line of a command that may have several. */
const ABOUT_LINES: ReadonlySet<ProblemCode> = new Set<ProblemCode>([
  'own-account',
  'insufficient-balance',
  'day-taken',
  'already-reversed',
  'period-closed',
  'version-conflict',
  'unknown-policy',
  'unknown-transaction',
  'scale-exceeded',
  'not-reversible',
  'rule-violated',
])

function isAboutLine(code: ProblemCode): boolean {
  return ABOUT_LINES.has(code)
}

function schemaName(code: ProblemCode): string {
  const words = code.split('-').map((word) => word.charAt(0).toUpperCase() + word.slice(1))
  return `${words.join('')}Problem`
}
