import { statement } from '../../../db/statement.ts'

/** Of triggers $2 on tables $1: those that do not guard, being gone (null) or switched off. */
export const MISSING_GUARDS = statement({
  text: `
    select k.table, k.trigger, t.tgenabled::text as enabled
      from unnest($1::text[], $2::text[]) as k("table", trigger)
      left join pg_trigger t on t.tgrelid = k.table::regclass and t.tgname = k.trigger
     where t.tgenabled is null
        or t.tgenabled not in ('O', 'A')`,
  columns: { table: 'text', trigger: 'text', enabled: 'text?' },
  params: ['text[]', 'text[]'],
})

/** How much there is, and the books whose head is not their last event; null: there is none. */
export const HEADS = statement({
  text: `
    select count(*) as books,
           coalesce(sum(h.position), 0)::bigint as events,
           array_agg(h.book_id order by h.book_id) filter (where e.position is distinct from h.position
                                                            or e.hash is distinct from h.hash) as broken
      from ledger.heads h
      left join lateral (
             select position, hash
               from ledger.events
              where book_id = h.book_id
              order by position desc
              limit 1) as e on true`,
  columns: { books: 'int8', events: 'int8', broken: 'text[]?' },
})

const MOST_BOOKS = 10

/** Books whose last event is from the future, the farthest first. */
export const BOOKS_AHEAD = statement({
  text: `
    select book_id as book, (extract(epoch from recorded_at - clock_timestamp()) * 1000)::bigint as ms
      from ledger.heads
     where recorded_at > clock_timestamp() + interval '2 seconds'
     order by recorded_at desc
     limit ${MOST_BOOKS}`,
  columns: { book: 'text', ms: 'int8' },
})
