import { residentBytesOf } from './cpu.ts'

const LOOK_MS = 20

/** Watches how much memory a process has in RAM. */
export class MemoryWatch {
  readonly #pid: number
  readonly #timer: NodeJS.Timeout
  readonly #before: number | undefined
  #most = 0

  constructor(pid: number) {
    this.#pid = pid
    this.#before = residentBytesOf(pid)
    this.#timer = setInterval(() => this.#look(), LOOK_MS)
  }

  /** @returns MiB at first, and at most since then; undefined where the system does not say */
  end(): { readonly before: number; readonly most: number } | undefined {
    clearInterval(this.#timer)
    this.#look()
    if (this.#before === undefined) return undefined
    return { before: this.#before / 2 ** 20, most: Math.max(this.#most, this.#before) / 2 ** 20 }
  }

  #look(): void {
    this.#most = Math.max(this.#most, residentBytesOf(this.#pid) ?? 0)
  }
}
