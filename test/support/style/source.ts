import { parseSync } from 'oxc-parser'

/** What the style of a file is judged by. Lines count from 1. */
export interface Source {
  readonly file: string
  /** What it gives a name: variables, parameters, functions, types, members of types and classes. */
  readonly declared: readonly { readonly name: string; readonly line: number }[]
  /** What it exports and declares itself. */
  readonly exported: readonly string[]
  readonly functions: readonly { readonly line: number; readonly lines: number }[]
  /** Calls of a method `query`, with the first line of what they hand over: SQL, or what holds it. */
  readonly queries: readonly { readonly line: number; readonly sql: string }[]
  /** Lines on which a doc comment begins that has another one right before it. */
  readonly secondDocs: readonly number[]
}

interface Node {
  readonly type: string
  readonly start: number
  readonly end: number
  readonly [member: string]: unknown
}

/** @throws Error where the text is not TypeScript */
export function readSource(file: string, text: string): Source {
  const { program, comments, errors } = parseSync(file, text)
  if (errors.length > 0) throw new Error(`${file}: ${errors[0]!.message}`)
  const lineAt = linesOf(text)
  const declared: { name: string; line: number }[] = []
  const functions: { line: number; lines: number }[] = []
  const queries: { line: number; sql: string }[] = []
  for (const node of below(program as unknown as Node)) {
    for (const { name, start } of namesGivenBy(node)) declared.push({ name, line: lineAt(start) })
    const asked = askedByQuery(node)
    if (asked !== undefined)
      queries.push({ line: lineAt(node.start), sql: firstLine(text.slice(asked.start, asked.end)) })
    if (isFunction(node)) functions.push({ line: lineAt(node.start), lines: lineAt(node.end) - lineAt(node.start) + 1 })
  }
  const docs = comments.filter(({ type, value }) => type === 'Block' && value.startsWith('*'))
  return {
    file,
    declared,
    exported: (program.body as unknown as Node[]).flatMap(exportedBy),
    functions,
    queries,
    secondDocs: docs
      .filter((doc, index) => index > 0 && text.slice(docs[index - 1]!.end, doc.start).trim() === '')
      .map(({ start }) => lineAt(start)),
  }
}

function linesOf(text: string): (offset: number) => number {
  const starts = [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)]
  return (offset) => starts.findLastIndex((start) => start <= offset) + 1
}

function* below(node: Node): Generator<Node> {
  yield node
  for (const member of Object.values(node)) {
    for (const child of Array.isArray(member) ? member : [member]) if (isNode(child)) yield* below(child)
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as Node).type === 'string'
}

function isFunction(node: Node): boolean {
  return (
    ['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression'].includes(node.type) && isNode(node['body'])
  )
}

function firstLine(text: string): string {
  return text.replace(/^`\s+/, '`').split('\n', 1)[0]!
}

/** The first argument of `….query(…)`. */
function askedByQuery({ type, callee, arguments: given }: Node): Node | undefined {
  if (type !== 'CallExpression' || !isNode(callee) || callee.type !== 'MemberExpression') return undefined
  return (callee['property'] as Node)['name'] === 'query' ? (given as Node[])[0] : undefined
}

interface Identifier {
  readonly name: string
  readonly start: number
}

function namesGivenBy(node: Node): Identifier[] {
  switch (node.type) {
    case 'VariableDeclarator':
      return namesIn(node['id'])
    case 'FunctionDeclaration':
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
      return [...namesIn(node['id']), ...(node['params'] as unknown[]).flatMap(namesIn)]
    case 'ClassDeclaration':
    case 'TSInterfaceDeclaration':
    case 'TSTypeAliasDeclaration':
      return namesIn(node['id'])
    case 'PropertyDefinition':
    case 'MethodDefinition':
    case 'TSPropertySignature':
    case 'TSMethodSignature':
      return node['computed'] === true ? [] : namesIn(node['key'])
    default:
      return []
  }
}

/** The names that a pattern binds, such as `{ a, b: [c] }`: `a` and `c`. */
function namesIn(pattern: unknown): Identifier[] {
  if (!isNode(pattern)) return []
  switch (pattern.type) {
    case 'Identifier':
    case 'PrivateIdentifier':
      return [pattern as unknown as Identifier]
    case 'ObjectPattern':
      return (pattern['properties'] as Node[]).flatMap(({ value, argument }) => namesIn(value ?? argument))
    case 'ArrayPattern':
      return (pattern['elements'] as unknown[]).flatMap(namesIn)
    case 'AssignmentPattern':
      return namesIn(pattern['left'])
    case 'RestElement':
      return namesIn(pattern['argument'])
    case 'TSParameterProperty':
      return namesIn(pattern['parameter'])
    default:
      return []
  }
}

function exportedBy(statement: Node): string[] {
  if (statement.type !== 'ExportNamedDeclaration' || !isNode(statement['declaration'])) return []
  const declaration = statement['declaration']
  const named =
    declaration.type === 'VariableDeclaration'
      ? (declaration['declarations'] as Node[]).flatMap(({ id }) => namesIn(id))
      : namesIn(declaration['id'])
  return named.map(({ name }) => name)
}
