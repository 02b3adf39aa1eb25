import { hash } from 'node:crypto'

/** The longest key that is recorded as it was sent. */
const MOST_KEY = 255

/**
 * The key under which the command of a person is recorded: one that nobody else can send. Keys of machines have no blank at
 * an end, and the name of the person is a digest.
 * @param person who it is, among all callers
 */
export function keyOfPerson(person: string, key: string): string {
  const own = ` ${sha256(person).slice(0, 24)} ${key}`
  return own.length <= MOST_KEY ? own : ` ${sha256(`${person}\n${key}`)}`
}

function sha256(text: string): string {
  return hash('sha256', text, 'hex')
}
