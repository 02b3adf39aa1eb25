import { isRole, type Role } from '../../access/rights.ts'
import { isId } from '../../domain/id.ts'
import { parseJson } from '../../json/parse-json.ts'
import { type AddressRange, isLoopback, parseRanges } from '../../outgoing/ranges.ts'
import { hostOf, targetOf } from '../../outgoing/target.ts'
import { readSecret } from '../../secret-files.ts'
import {
  ALGORITHMS,
  type Algorithm,
  type ClaimPath,
  EVERYBODY,
  type Issuer,
  type LoginClient,
  type MappedRole,
} from './issuer.ts'
import { SettingFault, SettingMembers } from './setting-members.ts'

const MEMBERS = [
  'issuer',
  'audience',
  'books',
  'jwksUri',
  'entityClaim',
  'rolesClaim',
  'roleMap',
  'requiredClaims',
  'algorithms',
  'privateAddresses',
  'clientId',
  'clientSecretFile',
  'scopes',
]

const MOST_ISSUERS = 16
const MOST_AUDIENCES = 16
const MOST_BOOKS = 100
const MOST_MAPPED = 500
const MOST_REQUIRED = 16
const MOST_STEPS = 5
const MOST_SCOPES = 16

/** They have the claims that most login servers tell of a person. */
const USUAL_SCOPES = ['profile', 'email']

/**
 * @param text the setting, JSON
 * @returns the login servers, or else why it is none, as the rest of a sentence
 */
export function parseIssuers(
  text: string,
):
  | { readonly issuers: readonly Issuer[]; readonly why?: undefined }
  | { readonly issuers?: undefined; readonly why: string } {
  try {
    return { issuers: issuersOf(text) }
  } catch (error) {
    if (error instanceof SettingFault) return { why: error.message }
    throw error
  }
}

function issuersOf(text: string): readonly Issuer[] {
  const { value, fault } = parseJson(Buffer.from(text))
  if (fault !== undefined) throw new SettingFault(fault.pointer, fault.message)
  if (!Array.isArray(value) || value.length === 0 || value.length > MOST_ISSUERS) {
    throw new SettingFault('', `must be a list of 1 to ${MOST_ISSUERS} login servers`)
  }
  const issuers = value.map((item: unknown, index) => issuerOf(new SettingMembers(item, `/${index}`, MEMBERS)))
  const names = issuers.map(({ issuer }) => issuer)
  const second = names.findIndex((name, index) => names.indexOf(name) !== index)
  if (second !== -1) throw new SettingFault(`/${second}/issuer`, 'stands twice: a token of it would have two meanings')
  return issuers
}

function issuerOf(members: SettingMembers): Issuer {
  const privateAddresses = rangesOf(members)
  const issuer = nameOf(members, privateAddresses)
  const books = booksOf(members, 'books')
  const roleMap = roleMapOf(members, books)
  const rolesClaim = members.has('rolesClaim') ? members.texts('rolesClaim', MOST_STEPS) : null
  const needsClaim = [...roleMap.keys()].some((value) => value !== EVERYBODY)
  if (needsClaim !== (rolesClaim !== null)) {
    throw new SettingFault(
      members.at(needsClaim ? 'rolesClaim' : 'roleMap'),
      needsClaim
        ? 'is missing: it says where the values of roleMap stand'
        : 'is missing: without it the claim of roles gives none',
    )
  }
  return {
    issuer,
    audiences: members.texts('audience', MOST_AUDIENCES),
    books,
    jwksUri: members.has('jwksUri') ? addressOf(members, 'jwksUri', issuer, privateAddresses) : null,
    entityClaim: entityClaimOf(members),
    rolesClaim,
    roleMap,
    requiredClaims: requiredOf(members),
    algorithms: algorithmsOf(members),
    privateAddresses,
    client: clientOf(members),
  }
}

/** What only makes sense beside a client, and would be read by nobody without one. */
const OF_CLIENTS = ['clientSecretFile', 'scopes']

function clientOf(members: SettingMembers): LoginClient | null {
  const alone = OF_CLIENTS.find((name) => members.has(name))
  if (!members.has('clientId')) {
    if (alone === undefined) return null
    throw new SettingFault(members.at(alone), 'goes with a clientId: without one nobody signs in there')
  }
  return { id: members.text('clientId'), secret: secretOf(members), scopes: scopesOf(members) }
}

function secretOf(members: SettingMembers): LoginClient['secret'] {
  if (!members.has('clientSecretFile')) return null
  const file = members.text('clientSecretFile')
  const { text, why } = readSecret(file)
  if (text !== undefined) return () => text
  throw new SettingFault(members.at('clientSecretFile'), `names the file ${JSON.stringify(file)}, which ${why}`)
}

/** RFC 6749, 3.3. */
const SCOPE = /^[!#-[\]-~]+$/

function scopesOf(members: SettingMembers): readonly string[] {
  if (!members.has('scopes')) return USUAL_SCOPES
  const scopes = members.list('scopes', MOST_SCOPES)
  const wrong = scopes.findIndex((scope) => !SCOPE.test(scope))
  if (wrong === -1) return scopes.filter((scope) => scope !== 'openid')
  throw new SettingFault(`${members.at('scopes')}/${wrong}`, 'must be a scope, without blanks')
}

/** Stand for many login servers at once: whoever runs one of those could sign for anybody. */
const TEMPLATE = /[{}*]|%7b/i
const OF_MANY = ['common', 'organizations', 'consumers']

function nameOf(members: SettingMembers, privateAddresses: readonly AddressRange[]): string {
  const issuer = members.text('issuer')
  const at = members.at('issuer')
  if (TEMPLATE.test(issuer)) throw new SettingFault(at, 'must name one login server: a template stands for many')
  addressOf(members, 'issuer', issuer, privateAddresses)
  const url = new URL(issuer)
  if (issuer.includes('?')) throw new SettingFault(at, 'must have no query')
  const [, first = ''] = url.pathname.split('/')
  if (OF_MANY.includes(first.toLowerCase())) {
    throw new SettingFault(at, `must name one login server: ${first} stands for all of their customers`)
  }
  return issuer
}

/** By http only a login server on this machine is called, and where one is, what it names is called so as well. */
export function callsHttp(issuer: string): boolean {
  const url = URL.parse(issuer)
  return url !== null && url.protocol === 'http:' && (url.hostname === 'localhost' || isLoopback(hostOf(url)))
}

function addressOf(members: SettingMembers, name: string, issuer: string, allowed: readonly AddressRange[]): string {
  const address = members.text(name)
  const { why } = targetOf(address, { allowed, loopbackHttp: callsHttp(issuer) })
  if (why === undefined && !/\s/.test(address)) return address
  throw new SettingFault(members.at(name), `is not called: ${why ?? 'it has blanks in it'}`)
}

function booksOf(members: SettingMembers, name: string): readonly string[] {
  const books = members.list(name, MOST_BOOKS)
  const wrong = books.findIndex((book) => !isId(book))
  if (wrong !== -1) throw new SettingFault(`${members.at(name)}/${wrong}`, 'must be the id of a book')
  return books
}

function entityClaimOf(members: SettingMembers): ClaimPath {
  return members.has('entityClaim') ? members.texts('entityClaim', MOST_STEPS) : ['sub']
}

function roleMapOf(members: SettingMembers, books: readonly string[]): Issuer['roleMap'] {
  if (!members.has('roleMap')) return new Map()
  const map = new SettingMembers(members.value('roleMap'), members.at('roleMap'))
  const values = map.names()
  if (values.length === 0 || values.length > MOST_MAPPED) {
    throw new SettingFault(members.at('roleMap'), `must map 1 to ${MOST_MAPPED} values`)
  }
  return new Map(
    values.map((value) => {
      const given = map.value(value)
      const list: readonly unknown[] = Array.isArray(given) ? given : [given]
      if (list.length === 0) throw new SettingFault(map.at(value), 'must give a role')
      const roles = list.map((item, index) =>
        mappedRoleOf(item, { at: Array.isArray(given) ? `${map.at(value)}/${index}` : map.at(value), books }),
      )
      if (value === EVERYBODY && roles.some(({ role }) => role !== 'employee')) {
        throw new SettingFault(map.at(value), 'must give no role but employee: everybody has it')
      }
      return [value, roles]
    }),
  )
}

function mappedRoleOf(
  value: unknown,
  { at, books }: { readonly at: string; readonly books: readonly string[] },
): MappedRole {
  if (typeof value === 'string') return { role: roleOf(value, at), books }
  const members = new SettingMembers(value, at, ['role', 'books'])
  const role = roleOf(members.text('role'), members.at('role'))
  const named = members.has('books') ? booksOf(members, 'books') : books
  const outside = named.find((book) => !books.includes(book))
  if (outside === undefined) return { role, books: named }
  throw new SettingFault(members.at('books'), `must be among those of the login server: ${outside} is not`)
}

function roleOf(name: string, at: string): Role {
  if (isRole(name)) return name
  throw new SettingFault(at, 'must be a role: employee, hr, payroll, auditor, integration or admin')
}

function requiredOf(members: SettingMembers): Issuer['requiredClaims'] {
  if (!members.has('requiredClaims')) return new Map()
  const required = new SettingMembers(members.value('requiredClaims'), members.at('requiredClaims'))
  const names = required.names()
  if (names.length > MOST_REQUIRED) {
    throw new SettingFault(members.at('requiredClaims'), `must name at most ${MOST_REQUIRED} claims`)
  }
  return new Map(names.map((name) => [name, required.text(name)]))
}

function algorithmsOf(members: SettingMembers): readonly Algorithm[] {
  if (!members.has('algorithms')) return ALGORITHMS
  return members.list('algorithms', ALGORITHMS.length).map((name, index) => {
    const algorithm = ALGORITHMS.find((one) => one === name)
    if (algorithm !== undefined) return algorithm
    throw new SettingFault(`${members.at('algorithms')}/${index}`, `must be one of ${ALGORITHMS.join(', ')}`)
  })
}

function rangesOf(members: SettingMembers): readonly AddressRange[] {
  if (!members.has('privateAddresses')) return []
  const ranges = parseRanges(members.texts('privateAddresses', MOST_BOOKS).join())
  if (ranges !== undefined) return ranges
  throw new SettingFault(members.at('privateAddresses'), 'must be addresses, or ranges such as 10.1.0.0/16')
}
