import { NO_HASH, type RecordedEvent } from '../domain/event.ts'
import { RULES } from '../domain/recording/decision.ts'
import { rulesOf } from '../ledger/rows/decision-text.ts'
import { hashedText } from '../ledger/rows/event-text.ts'
import { sha256 } from '../ledger/rows/hash.ts'
import { BadLine } from './bad-line.ts'
import { readExported } from './exported-event.ts'

/** The end of what was read of an export so far. */
export interface Followed {
  readonly position: number
  readonly hash: string
}

/** Reads the lines of an export one after the other, and sees to it that each follows the one before. */
export class Following {
  readonly #book: string | undefined
  #line = 0
  #position = 0
  #hash = NO_HASH
  #recordedAt = ''
  #rules = 1

  /** @param book that the events must be of; that of the first line, unless given */
  constructor(book?: string) {
    this.#book = book
  }

  get end(): Followed {
    return { position: this.#position, hash: this.#hash }
  }

  /**
   * Reads the next line, without its line feed.
   * @throws BadLine where it is not the event that follows: its form, its book, its position, the hash before, its own
   *   hash, its digest, its instant
   */
  next(line: string): RecordedEvent {
    this.#line += 1
    const event = readExported(line)
    if (typeof event === 'string') throw new BadLine(this.#line, event)
    const problem = this.#problem(event)
    if (problem !== undefined) throw new BadLine(this.#line, problem)
    this.#position = event.position
    this.#hash = event.hash
    this.#recordedAt = event.recordedAt
    this.#rules = rulesOf(event.decisionText)
    return event
  }

  #problem(event: RecordedEvent): string | undefined {
    const { book, position, previousHash, hash, recordedAt, erasableText, erasableDigest } = event
    if (this.#book !== undefined && book !== this.#book) return `it is an event of the book ${book}, not ${this.#book}`
    if (position !== this.#position + 1)
      return `it has the position ${position}, where ${this.#position + 1} comes next`
    if (previousHash !== this.#hash) return 'its previousHash is not the hash of the line before'
    if (sha256(hashedText(event)) !== hash) return 'its content does not give its hash'
    if (erasableText !== null && sha256(erasableText) !== erasableDigest) return 'its erasable does not give its digest'
    if (recordedAt < this.#recordedAt) return `it was recorded at ${recordedAt}, before the line before it`
    const rules = rulesOf(event.decisionText)
    if (rules < this.#rules) return `it was decided by rules ${rules}, and the line before it by rules ${this.#rules}`
    if (rules > RULES) return `it was decided by rules ${rules}, which this release does not know`
    return undefined
  }
}
