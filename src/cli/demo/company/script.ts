import type { CalendarDate } from '../../../domain/calendar-date.ts'
import type { Call } from '../calls.ts'
import { writeOffCall, writtenOffOn } from './earned.ts'
import { availableIn, type Notebook } from './notebook.ts'
import type { Person } from './people.ts'
import { CARRIED_UNTIL } from './policies.ts'
import { type Asked, callOf, type Step } from './steps.ts'

/** What one person does in the year and others do about it, one after the other: as calls, and in the notebook. */
export class Script {
  readonly calls: Call[] = []
  readonly #person: Person
  readonly #notebook: Notebook

  constructor(person: Person, notebook: Notebook) {
    this.#person = person
    this.#notebook = notebook
  }

  /** @param name what the request is called, after whose it is */
  ask(name: string, asked: Asked, { resource = 'annual-leave', reason }: { resource?: string; reason?: string } = {}) {
    const { id: entity } = this.#person
    const request = `${entity}-${name}`
    const why = reason === undefined ? {} : { reason }
    this.#take({ kind: 'submit', request, actor: this.#own, entity, resource, asked, ...why })
    return request
  }

  approve(request: string, by = this.decider(request)): void {
    this.#take({ kind: 'approve', request, version: this.#versionOf(request), actor: by })
  }

  reject(request: string, comment: string, by = this.decider(request)): void {
    this.#take({ kind: 'reject', request, version: this.#versionOf(request), actor: by, comment })
  }

  cancel(request: string, days?: readonly CalendarDate[]): void {
    const some = days === undefined ? {} : { days }
    this.#take({ kind: 'cancel', request, version: this.#versionOf(request), actor: this.#own, ...some })
  }

  change(request: string, said: Partial<Asked>): void {
    this.#take({ kind: 'change', request, version: this.#versionOf(request), actor: this.#own, said })
  }

  /** Writes off what is left of last year. */
  writeOff(): void {
    const { id: entity } = this.#person
    const policy = 'carried-over'
    const left = availableIn(this.#notebook.balance(entity, policy, CARRIED_UNTIL))
    if (left === 0n) return
    const entry = {
      type: 'adjustment',
      entity,
      policy,
      amount: -left,
      effectiveOn: writtenOffOn(CARRIED_UNTIL),
    } as const
    this.#notebook.note(entry)
    this.calls.push(writeOffCall(entry))
  }

  /** Who decides: the manager, whoever stands in for a manager that is away, or an administrator where nobody is above. */
  decider(request: string): string {
    const { id, manager } = this.#person
    if (manager === null) return 'admin:board'
    const { from } = this.#notebook.request(request).span
    if (manager !== 'theresa' || from < '2025-07-01') return `manager:${manager}`
    return id === 'rosa' ? 'manager:oliver' : 'manager:rosa'
  }

  get #own(): string {
    return `employee:${this.#person.id}`
  }

  #versionOf(request: string): number {
    return this.#notebook.request(request).version
  }

  #take(step: Step): void {
    this.#notebook.take(step)
    this.calls.push(callOf(step))
  }
}
