/*
 * NIST SP 800-63B-4, 3.1.1.2 (August 2025): a password that stands alone has 15 characters at least, any characters, none of
 * them required, and is none of those that are commonly used or expected.
 */

const LEAST_CHARACTERS = 15

/** Shorter by what is expected of it than this, a password is guessed with the commonest. */
const LEAST_UNEXPECTED = 6

/** A password is no novel: what is hashed has an end. NIST wants 64 allowed at least. */
export const MOST_CHARACTERS = 128

export interface Weakness {
  readonly reason: 'too-short' | 'too-long' | 'expected'
  readonly detail: string
}

/** Whose password it is to be: what others know of them. */
export interface KnownOfThem {
  readonly email: string
  readonly name: string
}

/** @returns why a password is not taken; undefined: it is */
export function weaknessOf(password: string, { email, name }: KnownOfThem): Weakness | undefined {
  const plain = password.normalize('NFKC').toLowerCase()
  const { length } = Array.from(plain)
  if (length < LEAST_CHARACTERS) {
    const detail = `A password has ${LEAST_CHARACTERS} characters at least. Several words that do not belong together are easy to keep.`
    return { reason: 'too-short', detail }
  }
  if (length > MOST_CHARACTERS) {
    return { reason: 'too-long', detail: `A password has ${MOST_CHARACTERS} characters at most.` }
  }
  const own = [...email.toLowerCase().split(/[@.]/), ...name.normalize('NFKC').toLowerCase().split(/\s+/)]
  const expected = [...COMMON, ...own.filter((part) => part.length >= 3)].toSorted((a, b) => b.length - a.length)
  const rest = expected.reduce((left, part) => left.replaceAll(part, ' '), plain)
  return unexpectedIn(rest) >= LEAST_UNEXPECTED
    ? undefined
    : { reason: 'expected', detail: 'A password like this one is among the first that are tried.' }
}

/** Characters that neither repeat what stood before them nor count on from it. */
function unexpectedIn(text: string): number {
  const codes = Array.from(text)
    .filter((character) => !/[\s_.!?-]/.test(character))
    .map((one) => one.codePointAt(0)!)
  const seen = new Set<string>()
  let count = 0
  for (const [at, code] of codes.entries()) {
    const step = at === 0 ? Number.NaN : code - codes[at - 1]!
    const pair = `${codes[at - 1]} ${code}`
    if (Math.abs(step) > 1 && !seen.has(pair)) count += 1
    seen.add(pair)
  }
  return count
}

/** What the commonest passwords of public lists are made of, rows of keyboards among them; and what stands to reason here. */
const COMMON: readonly string[] = [
  'password',
  'passwort',
  'passw0rd',
  'p@ssw0rd',
  'p@ssword',
  'kennwort',
  'motdepasse',
  'contraseña',
  'qwertyuiop',
  'qwertzuiop',
  'azertyuiop',
  'asdfghjkl',
  'zxcvbnm',
  'yxcvbnm',
  'qwerty',
  'qwertz',
  'azerty',
  'asdfgh',
  '1q2w3e4r5t6y',
  '1q2w3e4r',
  '1qaz2wsx3edc',
  '1qaz2wsx',
  'qazwsxedc',
  'q1w2e3r4',
  'letmein',
  'welcome',
  'willkommen',
  'bienvenue',
  'changeme',
  'iloveyou',
  'trustno1',
  'sunshine',
  'princess',
  'football',
  'baseball',
  'superman',
  'starwars',
  'dragon',
  'monkey',
  'master',
  'shadow',
  'secret',
  'geheim',
  'hallo',
  'hello',
  'admin',
  'administrator',
  'login',
  'default',
  'abc123',
  'test',
  'user',
  'correcthorsebatterystaple',
  'correct horse battery staple',
  'correct-horse-battery-staple',
  'summer',
  'sommer',
  'winter',
  'spring',
  'autumn',
  'holiday',
  'vacation',
  'urlaub',
  'daybook',
]
