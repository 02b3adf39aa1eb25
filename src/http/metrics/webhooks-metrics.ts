import { Counter, Gauge, type Registry } from '@prometheus-io/client'
import type { AttemptOutcome } from '../../webhooks/attempt.ts'
import type { WebhooksLag } from '../../webhooks/lag.ts'

/** What this process counts about the webhooks that it has sent to, and how all of them are, whoever sends to them. */
export interface WebhooksMetrics {
  attempted(outcome: AttemptOutcome): void
  trouble(): void
  /** Reads the lag whenever somebody asks, from now on. */
  watchLag(lag: () => Promise<WebhooksLag>): void
}

export function webhooksMetrics(registers: Registry[]): WebhooksMetrics {
  const attempts = new Counter({
    name: 'daybook_webhook_attempts_total',
    help: 'Attempts of this process to send an event, by what became of them',
    labelNames: ['outcome'],
    registers,
  })
  const troubles = new Counter({
    name: 'daybook_webhook_troubles_total',
    help: 'Failures of this service that sending to webhooks met; the log has them',
    registers,
  })
  return {
    attempted: (outcome) => attempts.inc({ outcome }),
    trouble: () => troubles.inc(),
    watchLag: (lag) => watchLag(lag, registers),
  }
}

function watchLag(lag: () => Promise<WebhooksLag>, registers: Registry[]): void {
  // The other numbers of a process can be seen also when the database cannot be asked.
  const known = (): Promise<WebhooksLag | undefined> => lag().catch(() => undefined)
  new Gauge({
    name: 'daybook_webhooks',
    help: 'Webhooks of all books: enabled ones, those of them that fail, disabled ones, those that the service disabled',
    labelNames: ['state'],
    registers,
    async collect() {
      const found = await known()
      this.reset()
      if (found === undefined) return
      const { enabled, failing, disabled, given_up: givenUp } = found.counts
      this.set({ state: 'enabled' }, enabled)
      this.set({ state: 'failing' }, failing)
      this.set({ state: 'disabled' }, disabled)
      this.set({ state: 'given-up' }, givenUp)
    },
  })
  new Gauge({
    name: 'daybook_webhook_lag_events',
    help: 'Events behind the checkpoint of a webhook, of the 20 that are the farthest behind',
    labelNames: ['book', 'webhook'],
    registers,
    async collect() {
      const found = await known()
      this.reset()
      for (const { book, webhook, events } of found?.behind ?? []) this.set({ book, webhook }, events)
    },
  })
}
