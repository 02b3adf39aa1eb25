import type { Issuer } from './identity/issuers/issuer.ts'
import { parseIssuers } from './identity/issuers/setting.ts'
import { type AddressRange, parseRanges } from './outgoing/ranges.ts'
import { DEFAULT_RATE_LIMITS, parseRateLimits, type RateLimits } from './rate-limits.ts'
import { fileNameOf, withSecretFiles } from './secret-files.ts'
import { parseSecretKeys } from './secrets/keys.ts'
import { unknownNames } from './unknown-names.ts'
import { type PlayedTime, parsePlayedTime } from './world-clock.ts'

/** One environment variable: what it may be, what it is when unset, and what it is for. */
interface Setting<T> {
  name: string
  /** As a person would write it; undefined where there is none. */
  defaultText: string | undefined
  /** What is allowed, in words or as a range. */
  bound: string
  meaning: string
  /** Never printed. */
  secret: boolean
  /** How to get a value that is allowed, where that is not plain. */
  advice?: string
  /** Whether it may stand in a file although it is no secret: it is long. */
  fromFile?: true
  /** Only for tests: refused unless `NODE_ENV` is `test`. */
  testsOnly?: true
  /** Of a value with many parts: which of them is out of bounds. */
  why?: (text: string) => string | undefined
  /** @returns the value, or undefined when the text is out of bounds */
  parse(text: string): T | undefined
}

interface OptionalSetting<T> extends Setting<T> {
  defaultText: undefined
}

interface DefaultedSetting<T> extends Setting<T> {
  defaultText: string
}

/**
 * Every setting there is. docs/reference/configuration.md lists the same, and test/docs/configuration.test.ts compares.
 * Sizes and counts are bounds on what one process may hold in memory or ask of the database.
 */
export const settings = {
  host: text('HOST', '127.0.0.1', 'Address to listen on; 0.0.0.0 for every interface.'),
  port: integer('PORT', 3000, { min: 0, max: 65_535 }, 'Port to listen on; 0 takes a free one.'),
  databaseUrl: databaseUrl(
    'DATABASE_URL',
    'PostgreSQL to use; unset, an embedded one runs in the data folder. Secret.',
  ),
  replicaUrl: databaseUrl(
    'DATABASE_REPLICA_URL',
    'A streaming standby of that PostgreSQL, which all reads then go to; unset, they go where commands go. Secret.',
  ),
  dataDir: text(
    'DAYBOOK_DATA_DIR',
    './.daybook',
    'Folder of the embedded PostgreSQL and of the key made at its first start.',
  ),
  databaseWaitMs: integer(
    'DAYBOOK_DATABASE_WAIT_MS',
    300_000,
    { min: 0, max: 86_400_000 },
    'Longest that a start waits for the database of `DATABASE_URL` to be reached, and then ends with 1; 0 tries once.',
  ),
  adminKey: key('DAYBOOK_ADMIN_KEY', 'API key with every right; unset, the first embedded start makes one. Secret.'),
  secretKeys: secretKeys(
    'DAYBOOK_SECRET_KEY',
    'Encrypts the secrets that have to be read again; of several the first encrypts. Unset, an embedded database keeps one. Secret.',
  ),
  issuers: {
    name: 'DAYBOOK_OIDC',
    defaultText: 'none',
    bound: 'a JSON list with an object for each login server, or none',
    meaning: 'Login servers (OpenID Connect) whose tokens are taken, what they give, and at which people sign in.',
    secret: false,
    fromFile: true,
    parse: (text) => (text === 'none' ? [] : parseIssuers(text).issuers),
    why: (text) => parseIssuers(text).why,
  } satisfies DefaultedSetting<readonly Issuer[]>,
  passwords: oneOf(
    'DAYBOOK_PASSWORDS',
    'on',
    ['on', 'off'],
    'Whether users choose passwords and sign in by them; `off` leaves single sign-on alone.',
  ),
  metricsKey: key(
    'DAYBOOK_METRICS_KEY',
    'Opens `/metrics`, and `/health` in detail, from elsewhere than this machine. Secret.',
  ),
  logLevel: oneOf(
    'LOG_LEVEL',
    'info',
    ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'],
    'The least that is logged.',
  ),
  bodyLimitBytes: integer(
    'DAYBOOK_BODY_LIMIT_BYTES',
    4_194_304,
    { min: 1_024, max: 67_108_864 },
    'Largest request body, other than bulk, and what a compressed one comes out as; above it 413.',
  ),
  bulkBodyLimitBytes: integer(
    'DAYBOOK_BULK_BODY_LIMIT_BYTES',
    16_777_216,
    { min: 1_024, max: 268_435_456 },
    'Largest body of a bulk request, and what a compressed one comes out as; above it 413.',
  ),
  requestTimeoutMs: integer(
    'DAYBOOK_REQUEST_TIMEOUT_MS',
    30_000,
    { min: 1_000, max: 600_000 },
    'Longest that a client may take to send a whole request.',
  ),
  shutdownTimeoutMs: integer(
    'DAYBOOK_SHUTDOWN_TIMEOUT_MS',
    20_000,
    { min: 0, max: 600_000 },
    'Longest that SIGTERM waits for requests in flight.',
  ),
  queueLines: integer(
    'DAYBOOK_QUEUE_LINES',
    20_000,
    { min: 1_000, max: 1_000_000 },
    'Most transaction lines that wait to be recorded; above it 503.',
  ),
  groupLines: integer(
    'DAYBOOK_GROUP_LINES',
    1_000,
    { min: 1, max: 10_000 },
    'Most transaction lines recorded in one commit; a larger command is a commit of its own.',
  ),
  readPool: integer('DAYBOOK_READ_POOL', 10, { min: 1, max: 100 }, 'Database connections for reading.'),
  writePool: integer(
    'DAYBOOK_WRITE_POOL',
    4,
    { min: 1, max: 32 },
    'Database connections for writing: so many books are written at the same time.',
  ),
  projectingWorkers: integer(
    'DAYBOOK_PROJECTING_WORKERS',
    2,
    { min: 0, max: 16 },
    'Books whose read models this process brings up to date at the same time; 0 leaves that to other processes.',
  ),
  jobWorkers: integer(
    'DAYBOOK_JOB_WORKERS',
    1,
    { min: 0, max: 16 },
    'Books whose late facts this process deals with at the same time, and runs that it works on; 0 leaves all jobs to other processes.',
  ),
  nightly: oneOf(
    'DAYBOOK_NIGHTLY',
    'on',
    ['on', 'off'],
    'Whether each book is run through its own today by itself, every night; off leaves that to whoever asks for runs.',
  ),
  recounts: integer(
    'DAYBOOK_RECOUNTS',
    16,
    { min: 1, max: 256 },
    'Requests of one book that a late fact has counted again at the same time.',
  ),
  lagBudgetMs: integer(
    'DAYBOOK_LAG_BUDGET_MS',
    30_000,
    { min: 100, max: 86_400_000 },
    'Longest that an event may wait to be in the read models; above it `/readyz` answers 503.',
  ),
  minPositionWaitMs: integer(
    'DAYBOOK_MIN_POSITION_WAIT_MS',
    2_000,
    { min: 0, max: 2_000 },
    'Longest that a read waits for its `Daybook-Min-Position`; above it 503.',
  ),
  streams: integer(
    'DAYBOOK_STREAMS',
    200,
    { min: 1, max: 10_000 },
    'Most live event streams at the same time; above it 503.',
  ),
  liveSockets: integer(
    'DAYBOOK_LIVE_SOCKETS',
    1_000,
    { min: 1, max: 10_000 },
    'Most WebSockets at the same time; above it 503.',
  ),
  liveBufferBytes: integer(
    'DAYBOOK_LIVE_BUFFER_BYTES',
    1_048_576,
    { min: 1_024, max: 67_108_864 },
    'Most bytes that wait for the client of one WebSocket to take them; above it nothing more is read for it.',
  ),
  liveHeartbeatMs: integer(
    'DAYBOOK_LIVE_HEARTBEAT_MS',
    15_000,
    { min: 100, max: 600_000 },
    'How often a WebSocket is asked whether it is there; one that neither answers nor takes anything twice is ended.',
  ),
  feeds: integer('DAYBOOK_FEEDS', 10_000, { min: 0, max: 1_000_000 }, 'Most calendar feeds of one book; above it 422.'),
  feedSpans: integer(
    'DAYBOOK_FEED_SPANS',
    5_000,
    { min: 1, max: 100_000 },
    'Most events in one calendar feed; what comes after them is left out.',
  ),
  webhooks: integer('DAYBOOK_WEBHOOKS', 20, { min: 0, max: 1_000 }, 'Most webhooks of one book; above it 422.'),
  webhookWorkers: integer(
    'DAYBOOK_WEBHOOK_WORKERS',
    32,
    { min: 0, max: 1_000 },
    'Webhooks that this process sends to at the same time; 0 leaves that to other processes.',
  ),
  webhookDeliveries: integer(
    'DAYBOOK_WEBHOOK_DELIVERIES',
    1_000,
    { min: 1, max: 100_000 },
    'Attempts to send an event that are kept of each webhook.',
  ),
  webhookDeliveryDays: integer(
    'DAYBOOK_WEBHOOK_DELIVERY_DAYS',
    30,
    { min: 1, max: 3_650 },
    'Days after which an attempt is forgotten.',
  ),
  webhookLeaseMs: integer(
    'DAYBOOK_WEBHOOK_LEASE_MS',
    10_000,
    { min: 1_000, max: 60_000 },
    'How long a webhook waits for another process after the one that was sending to it was killed.',
  ),
  webhookAllow: addressRanges(
    'DAYBOOK_WEBHOOK_ALLOW',
    'Addresses that are called for others although they are private, of this machine or otherwise not of the internet.',
  ),
  webhookHttp: oneOf(
    'DAYBOOK_WEBHOOK_HTTP',
    'refuse',
    ['refuse', 'allow'],
    'Whether this machine itself may be called for others by http, without TLS.',
  ),
  publicUrl: httpUrl(
    'DAYBOOK_PUBLIC_URL',
    'Where clients find the service, for addresses that it hands out; unset, as the call that asks for one was addressed.',
  ),
  trustedProxies: addressRanges(
    'DAYBOOK_TRUSTED_PROXIES',
    'Proxies that are believed who they were called from (`X-Forwarded-For`); nobody else is.',
  ),
  rateLimits: {
    name: 'DAYBOOK_RATE_LIMIT',
    defaultText: DEFAULT_RATE_LIMITS,
    bound: '<callers>=<quotas in a second, with commas between them>, with blanks between these, or off',
    meaning: 'What one caller may have of requests, bytes (kB, MB) and processor time (ms); above it 429.',
    secret: false,
    parse: parseRateLimits,
  } satisfies DefaultedSetting<RateLimits>,
  auditReads: oneOf(
    'DAYBOOK_AUDIT_READS',
    'others',
    ['none', 'others', 'all'],
    'Which reads of data about people the audit trail has: those by others than whom they are about, all, or none.',
  ),
  auditDays: integer(
    'DAYBOOK_AUDIT_DAYS',
    400,
    { min: 1, max: 36_500 },
    'How many days the audit trail is kept, besides what the record holds.',
  ),
  auditLog: oneOf(
    'DAYBOOK_AUDIT_LOG',
    'off',
    ['off', 'stdout'],
    'Where entries of the audit trail are sent on as JSON lines, once they are written.',
  ),
  corsOrigins: origins(
    'DAYBOOK_CORS_ORIGINS',
    'Origins whose pages may call the service from a browser, besides its own; a WebSocket is refused to pages of any other.',
  ),
  statementTimeoutMs: integer(
    'DAYBOOK_STATEMENT_TIMEOUT_MS',
    10_000,
    { min: 100, max: 600_000 },
    'Longest that one statement of a read may run in the database.',
  ),
  testNow: {
    name: 'DAYBOOK_TEST_NOW',
    defaultText: undefined,
    bound: 'an instant such as 2027-01-01T08:00:00Z, a day, or @<file> that says one',
    meaning:
      'For tests alone (`NODE_ENV=test`): what time it is when the service starts, or when the file was changed last.',
    secret: false,
    testsOnly: true,
    parse: parsePlayedTime,
  } satisfies OptionalSetting<PlayedTime>,
} as const

type ValueOf<S> = S extends DefaultedSetting<infer T> ? T : S extends OptionalSetting<infer T> ? T | undefined : never

/** Which reads the audit trail has. */
export type AuditReads = ValueOf<typeof settings.auditReads>

/** What the environment says, parsed. Secrets are not enumerable, so that logging a configuration prints none. */
export type Config = Readonly<{ [Name in keyof typeof settings]: ValueOf<(typeof settings)[Name]> }>

/**
 * The configuration of this process, read once by whoever composes it. On an invalid one: says which variables are
 * wrong and how, on stderr, and ends the process with 1.
 */
export function readConfig(): Config {
  const { config, problems } = parseConfig(process.env)
  if (config) return config
  process.stderr.write(`${problems.join('\n')}\n`)
  process.exit(1)
}

/**
 * @param given names to texts; an empty text counts as unset. What a secret is may stand in a file that its `_FILE` names
 * @returns the configuration, or else one sentence for every variable that is wrong; a secret is never repeated
 */
export function parseConfig(
  given: Record<string, string | undefined>,
): { config: Config; problems?: undefined } | { config?: undefined; problems: string[] } {
  const { environment, problems: unread } = withSecretFiles(given, namesInFiles)
  const problems = [...unknownNames(environment, known), ...unread]
  const config = {}
  for (const [name, setting] of Object.entries<Setting<unknown>>(settings)) {
    const said = environment[setting.name] || setting.defaultText
    const value = said === undefined ? undefined : setting.parse(said)
    if (said !== undefined && setting.testsOnly === true && environment['NODE_ENV'] !== 'test') {
      problems.push(`${setting.name} is for tests alone, and refused unless NODE_ENV is test. ${setting.meaning}`)
    } else if (said !== undefined && value === undefined) problems.push(problemOf(setting, said))
    Object.defineProperty(config, name, { value, enumerable: !setting.secret })
  }
  // Every name of the table has just been given the value that its own setting parsed.
  return problems.length > 0 ? { problems } : { config: Object.freeze(config) as Config }
}

/** What else is read of the environment, by the command line: not by the service, and no mistake in its environment. */
const CLIENT_NAMES = ['DAYBOOK_URL', 'DAYBOOK_KEY']

const namesInFiles = Object.values<Setting<unknown>>(settings).flatMap(({ name, secret, fromFile }) =>
  secret || fromFile === true ? [name] : [],
)
const known = [...Object.values(settings).map(({ name }) => name), ...namesInFiles.map(fileNameOf), ...CLIENT_NAMES]

function problemOf({ name, bound, meaning, secret, advice, why }: Setting<unknown>, given: string): string {
  const more = advice === undefined ? meaning : `${meaning} ${advice}`
  if (why !== undefined) return `${name}: ${why(given)}. ${more}`
  return `${name}: ${secret ? 'its value' : JSON.stringify(given)} is not ${bound}. ${more}`
}

function text(name: string, defaultText: string, meaning: string): DefaultedSetting<string> {
  return { name, defaultText, bound: 'any text', meaning, secret: false, parse: (given) => given }
}

function integer(
  name: string,
  defaultValue: number,
  { min, max }: { min: number; max: number },
  meaning: string,
): DefaultedSetting<number> {
  return {
    name,
    defaultText: String(defaultValue),
    bound: `${min} to ${max}`,
    meaning,
    secret: false,
    parse(given) {
      const value = /^\d{1,15}$/.test(given) ? Number(given) : Number.NaN
      return value >= min && value <= max ? value : undefined
    },
  }
}

function oneOf<const T extends string>(
  name: string,
  defaultText: T,
  values: readonly T[],
  meaning: string,
): DefaultedSetting<T> {
  return {
    name,
    defaultText,
    bound: values.join(', '),
    meaning,
    secret: false,
    parse: (given) => values.find((value) => value === given),
  }
}

function databaseUrl(name: string, meaning: string): OptionalSetting<string> {
  return {
    name,
    defaultText: undefined,
    bound: 'a postgres:// or postgresql:// URL',
    meaning,
    secret: true,
    parse: (given) => (/^postgres(ql)?:\/\/\S+$/.test(given) ? given : undefined),
  }
}

function httpUrl(name: string, meaning: string): OptionalSetting<string> {
  return {
    name,
    defaultText: undefined,
    bound: 'an http:// or https:// URL',
    meaning,
    secret: false,
    parse: (given) => (/^https?:\/\/[^\s?#]+$/.test(given) ? given : undefined),
  }
}

function origins(name: string, meaning: string): DefaultedSetting<readonly string[]> {
  return {
    name,
    defaultText: 'none',
    bound: 'origins such as https://hr.example.com with commas between them, or none',
    meaning,
    secret: false,
    parse(given) {
      if (given === 'none') return []
      const listed = given.split(/[\s,]+/).filter((part) => part !== '')
      return listed.every(isOrigin) ? listed : undefined
    },
  }
}

function isOrigin(given: string): boolean {
  return /^https?:\/\//.test(given) && URL.canParse(given) && new URL(given).origin === given
}

function addressRanges(name: string, meaning: string): DefaultedSetting<readonly AddressRange[]> {
  return {
    name,
    defaultText: 'none',
    bound: 'CIDRs such as 10.1.0.0/16 with commas between them, or none',
    meaning,
    secret: false,
    parse: (given) => (given === 'none' ? [] : parseRanges(given)),
  }
}

function key(name: string, meaning: string): OptionalSetting<string> {
  return {
    name,
    defaultText: undefined,
    // A shorter one is guessed, however slowly the answers come.
    bound: '16 to 255 printable ASCII characters without spaces',
    meaning,
    secret: true,
    advice: 'One that nobody guesses: openssl rand -hex 24',
    parse: (given) => (/^[!-~]{16,255}$/.test(given) ? given : undefined),
  }
}

function secretKeys(name: string, meaning: string): OptionalSetting<readonly Buffer[]> {
  return {
    name,
    defaultText: undefined,
    bound: '32 bytes as base64url or hex, or several of these with commas between them',
    meaning,
    secret: true,
    advice: 'One that nobody guesses: openssl rand -hex 32',
    parse: parseSecretKeys,
  }
}
