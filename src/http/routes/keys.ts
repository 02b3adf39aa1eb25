import type { FastifyRequest } from 'fastify'
import ipaddr from 'ipaddr.js'
import { booksWith, onlyBookOf } from '../../access/held.ts'
import { invalidRequest, ProblemError } from '../../contract/problem.ts'
import { ApiKey, KeyDefinition, KeyPath, KeyRotation, MadeApiKey } from '../../contract/schemas/access.ts'
import { DEFAULT_LIMIT, ListQuery, NoQuery } from '../../contract/schemas/parameters.ts'
import { page } from '../../contract/schemas/replies.ts'
import { createKey, endKey, type Key, listKeys, readKey, rotateKey } from '../../identity/keys.ts'
import type { Backend } from '../backend.ts'
import { operation } from '../document/operation.ts'
import type { Audited } from '../edge/audited.ts'
import { daysOnOwnBooks } from '../edge/today.ts'
import type { App } from '../route.ts'
import { type Change, grantsOf, missingFor, shownGrants } from './grants.ts'
import { keepingAnAdmin } from './keeping-an-admin.ts'

const OVERLAP_SECONDS = 3_600

export function keyRoutes(app: App, backend: Pick<Backend, 'identity' | 'config'>): void {
  const { db, keys } = backend.identity
  app.post('/keys', { config: { secret: true }, schema: CREATE_KEY }, async (request, reply) => {
    const { body, principal } = request
    const { name, allowedAddresses, expiresAt = null } = body
    const asked = {
      name,
      grants: await grantsOf(db, body, principal),
      allowedAddresses: allowedAddresses === undefined ? null : allowedAddresses.map(rangeOf),
      expiresAt: expiresAt === null ? null : endOf(expiresAt),
      createdBy: `${principal.kind}:${principal.id}`,
    }
    const { key, text } = await createKey(db, asked)
    request.audited = auditedOf(key)
    return reply.code(201).send({ ...shown(key), key: text })
  })
  app.get('/keys', { schema: LIST_KEYS }, async ({ principal, query: { cursor, limit = DEFAULT_LIMIT } }) => {
    const books = booksWith(principal, 'keys:define', await daysOnOwnBooks(db, principal))
    const { items, ...rest } = await listKeys(db, { books, cursor, limit })
    return { items: items.map(shown), ...rest }
  })
  app.post(
    '/keys/:key/rotate',
    { config: { secret: true, bodyMayBeAbsent: true }, schema: ROTATE_KEY },
    async (request, reply) => {
      const { id } = await keyOf(request, 'give')
      const overlapSeconds = request.body.overlapSeconds ?? OVERLAP_SECONDS
      const rotated = await rotateKey(db, { id, overlapSeconds })
      keys.forget(id)
      if (rotated === undefined) throw noKey(id)
      return reply.code(201).send({ ...shown(rotated.key), key: rotated.text })
    },
  )
  app.delete('/keys/:key', { schema: END_KEY }, async (request, reply) => {
    const key = await keyOf(request, 'end')
    const isEnded = await keepingAnAdmin(backend, (tx) => endKey(tx, key.id))
    keys.forget(key.id)
    if (!isEnded) throw noKey(key.id)
    return reply.code(204).send()
  })

  /** A key that may do more than the caller could give is not there for them. */
  async function keyOf(request: FastifyRequest<{ Params: { key: string } }>, change: Change): Promise<Key> {
    const { key: id } = request.params
    const key = await readKey(db, id)
    if (key === undefined || (await missingFor(db, key.grants, request.principal, change)) !== undefined)
      throw noKey(id)
    request.audited = auditedOf(key)
    return key
  }
}

/** Whose administrators and auditors are to see what becomes of a key: those of its book, where it has one alone. */
function auditedOf({ id, grants }: Key): Audited {
  return { subject: `key:${id}`, book: onlyBookOf(grants) }
}

function noKey(id: string): ProblemError {
  return new ProblemError({ code: 'not-found', detail: `There is no key ${id}.` })
}

function shown({ grants, formerUntil, ...key }: Key) {
  return { ...key, ...shownGrants(grants), formerSecretUntil: formerUntil }
}

/** @returns `address/bits` @throws ProblemError */
function rangeOf(text: string, index: number): string {
  try {
    const [address, bits] = text.includes('/') ? ipaddr.parseCIDR(text) : ([ipaddr.parse(text), undefined] as const)
    return `${address.toString()}/${bits ?? (address.kind() === 'ipv4' ? 32 : 128)}`
  } catch {
    const message = 'must be an address, or a range such as 192.0.2.0/24'
    throw new ProblemError(invalidRequest([{ in: 'body', pointer: `/allowedAddresses/${index}`, message }]))
  }
}

/** @throws ProblemError where its form is that of an instant, and there is none; or where it is over, and lets nobody in */
function endOf(text: string): string {
  const instant = new Date(text)
  const exists = !Number.isNaN(instant.getTime()) && instant.toISOString() === text
  if (exists && instant.getTime() > Date.now()) return text
  const message = exists ? 'must lie ahead: a key is not taken from then on' : 'must be an instant that exists'
  throw new ProblemError(invalidRequest([{ in: 'body', pointer: '/expiresAt', message }]))
}

const CREATE_KEY = {
  ...operation({
    id: 'createKey',
    tag: 'Access',
    summary: 'Make an API key',
    description:
      'For a machine. What it may do is said by `roles`, or by single `rights`; nobody gives more than they have. The key ' +
      'is shown this once, and only its SHA-256 is kept. Where what the caller has ends with a day, so does what they give.',
    answers: { 201: { description: 'The key.', schema: MadeApiKey } },
    problems: ['unknown-role', 'too-large', 'unsupported-media-type'],
  }),
  querystring: NoQuery,
  body: KeyDefinition,
}

const LIST_KEYS = {
  ...operation({
    id: 'listKeys',
    tag: 'Access',
    summary: 'List the API keys',
    description: 'Those that have not ended and give nothing outside of the books whose keys the caller makes, by id.',
    answers: { 200: { description: 'A page.', schema: page('ApiKeyPage', ApiKey) } },
    problems: [],
  }),
  querystring: ListQuery,
}

const ROTATE_KEY = {
  ...operation({
    id: 'rotateKey',
    tag: 'Access',
    summary: 'Give an API key another secret',
    description: 'Its id and what it may do stay. The secret it had is taken for `overlapSeconds` more.',
    answers: { 201: { description: 'The key, with its new secret.', schema: MadeApiKey } },
    problems: ['not-found', 'too-large', 'unsupported-media-type'],
  }),
  params: KeyPath,
  querystring: NoQuery,
  body: KeyRotation,
}

const END_KEY = {
  ...operation({
    id: 'endKey',
    tag: 'Access',
    summary: 'End an API key',
    description: 'Both of its secrets: they are refused on every process within one second.',
    answers: { 204: { description: 'Ended.', schema: null } },
    problems: ['not-found', 'last-admin'],
  }),
  params: KeyPath,
  querystring: NoQuery,
}
