/**
 * Shares out the processor time of this thread among the requests that are under way: nobody can tell which of them a moment
 * was spent on. What all were given adds up to what was spent while any of them was measured.
 */
export class ProcessorTime {
  readonly #read: () => number
  #underWay = 0
  #measured = 0
  #readMs = 0
  /** What a request was given that has been under way from the beginning. */
  #eachMs = 0

  /** @param read milliseconds of processor time that were spent so far */
  constructor(read: () => number = spentMs) {
    this.#read = read
  }

  /** @returns to be called once, when it is answered: the milliseconds that were its share; 0 unless it is measured */
  begin({ isMeasured }: { readonly isMeasured: boolean }): () => number {
    this.#share()
    this.#underWay += 1
    if (!isMeasured) {
      return () => {
        this.#share()
        this.#underWay -= 1
        return 0
      }
    }
    // While nobody is measured nothing is read: that costs as much as the rest of this.
    if (this.#measured === 0) this.#readMs = this.#read()
    this.#measured += 1
    const before = this.#eachMs
    return () => {
      this.#share()
      this.#underWay -= 1
      this.#measured -= 1
      return this.#eachMs - before
    }
  }

  #share(): void {
    if (this.#measured === 0) return
    const now = this.#read()
    this.#eachMs += (now - this.#readMs) / this.#underWay
    this.#readMs = now
  }
}

/** Of this thread, where Node can tell (from 23.9 on); else of the process. */
function spentMs(): number {
  const told: Pick<Partial<NodeJS.Process>, 'threadCpuUsage'> = process
  const { user, system } = told.threadCpuUsage?.() ?? process.cpuUsage()
  return (user + system) / 1_000
}
