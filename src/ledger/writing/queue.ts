import { isDefining, type Pending } from './pending.ts'

/** Groups up to this size are not halved: opening and committing one costs about as much as 16 commands. */
const SMALL_GROUP = 16

/** The commands of one book that wait, in the order in which they came. */
export class Queue {
  readonly #pending: Pending[] = []
  #arrived = (): void => {}

  get length(): number {
    return this.#pending.length
  }

  add(pending: Pending): void {
    this.#pending.push(pending)
    this.#arrived()
  }

  /** To the front: they were taken, and have to be taken again. */
  putBack(group: readonly Pending[]): void {
    this.#pending.unshift(...group)
  }

  /** Resolves when the next command is added. */
  arrival(): Promise<void> {
    return new Promise((resolve) => {
      this.#arrived = resolve
    })
  }

  /**
   * Takes the next group out: at least one command, at most the bound, and about half of all there are, so that one half
   * is decided while the other is written. A definition goes alone.
   * @param inFlight how many commands are being written
   * @returns an empty group where nothing waits
   */
  takeGroup({ mostLines, inFlight }: { readonly mostLines: number; readonly inFlight: number }): Pending[] {
    const most = Math.max(SMALL_GROUP, Math.ceil((this.#pending.length + inFlight) / 2))
    let lines = 0
    let count = 0
    for (const pending of this.#pending) {
      if (count > 0 && (count >= most || isDefining(pending) || lines + pending.lines > mostLines)) break
      count += 1
      lines += pending.lines
      if (isDefining(pending)) break
    }
    return this.#pending.splice(0, count)
  }
}
