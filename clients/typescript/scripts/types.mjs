import { text } from 'node:stream/consumers'
import openapiTS, { astToString } from 'openapi-typescript'

// Prints the types of an OpenAPI document that comes on stdin: `npm run client:types` writes them to src/document.ts.

const document = JSON.parse(await text(process.stdin))
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ name: `${method.toUpperCase()} ${path}`, operation })),
)

const isKey = ({ name }) => name === 'Idempotency-Key'
const commands = operations.filter(({ operation }) => operation.parameters?.some(isKey)).map(({ name }) => name)
const problems = Object.entries(document.components.schemas)
  .filter(([, { properties }]) => properties?.type?.const?.startsWith('/problems/'))
  .map(([name]) => name)

for (const { operation } of operations) {
  // A command without a key gets one by the client, so that the compiler asks nobody for it.
  for (const parameter of operation.parameters ?? []) {
    if (isKey(parameter)) parameter.required = false
    delete parameter.example
    delete parameter.schema.examples
  }
  // The same of every answer, and read as text: a third of the file.
  for (const answer of Object.values(operation.responses)) delete answer.headers
}

const lines = [
  "// Made by `npm run client:types` of the service's OpenAPI document; not edited.",
  '',
  astToString(await openapiTS(document)).trimEnd(),
  '',
  '/** Every problem that an operation answers with, told apart by `code`. */',
  'export type OperationProblem =',
  ...problems.map((name) => `    | components["schemas"]["${name}"]`),
  '',
  '/** The operations that take an idempotency key. */',
  'export const COMMANDS: ReadonlySet<string> = /* @__PURE__ */ new Set([',
  ...commands.map((name) => `    "${name}",`),
  ']);',
  '',
]
process.stdout.write(lines.join('\n'))
