import type { CalendarDate } from '../../../domain/calendar-date.ts'
import type { Call } from '../calls.ts'
import { plusDays } from '../days.ts'
import { NEW_YEAR } from './entitlement.ts'
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

  /** Of what was carried over lapses what was not taken, or asked for, until its last day. */
  lapse(): void {
    const { id: entity } = this.#person
    const { consumed, pending } = this.#notebook.balance(entity, 'annual', CARRIED_UNTIL)
    const before = this.#notebook.balance(entity, 'annual', plusDays(NEW_YEAR, -1))
    const left = availableIn(before) - (consumed + pending - before.consumed)
    if (left <= 0n) return
    const effectiveOn = plusDays(CARRIED_UNTIL, 1)
    this.#notebook.note({ type: 'adjustment', entity, policy: 'annual', amount: -left, effectiveOn })
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
