import { statement } from '../db/statement.ts'

/** Of all webhooks; `failing` are among the enabled ones, `given_up` are those that the service disabled itself. */
export const COUNT_WEBHOOKS = statement({
  name: 'count-webhooks',
  columns: { enabled: 'int8', failing: 'int8', given_up: 'int8', disabled: 'int8' },
  text: `
      select count(*) filter (where enabled) as enabled,
             count(*) filter (where enabled and failures > 0) as failing,
             count(*) filter (where disabled_because is not null) as given_up,
             count(*) filter (where not enabled) as disabled
        from webhooks.webhooks`,
})

/** The webhooks that are the farthest behind. */
export const FARTHEST_BEHIND = statement({
  name: 'webhooks-farthest-behind',
  columns: { book: 'text', webhook: 'text', events: 'int8', failing_since: 'timestamptz?' },
  params: ['int8'],
  text: `
      select w.book_id as book, w.webhook_id as webhook, h.position - w.position as events, w.failing_since
        from webhooks.webhooks w
        join ledger.heads h on h.book_id = w.book_id
       where w.enabled
         and h.position > w.position
       order by events desc, book, webhook
       limit $1`,
})
