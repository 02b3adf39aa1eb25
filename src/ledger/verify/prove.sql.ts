import { narrowed, statement } from '../../db/statement.ts'
import { POSTING_RULES } from '../../domain/earning/posting.ts'
import type { EventType } from '../../domain/event.ts'
import { LINE_TEXT } from '../read/event-texts.ts'
import { RECORD_SQL, UNIT_SQL } from '../rows/separators.ts'
import { STREAM } from './streams.ts'

// What only some lines say, as `line-rules.ts` has it. Days are compared as texts, as they are there.
const EARNED_FITS = `(
               (type = 'accrual' or valid_until is null and carried_in is null)
               and (valid_until is null
                    or valid_until::text >= coalesce(meant_for, effective_on)::text collate "C")
               and carried_in is distinct from false
               and num_nonnulls(rule, period_from, period_to) in (0, 3)
               and (rule is null
                    or type in ('accrual', 'adjustment')
                       and rule in (${POSTING_RULES.map((rule) => `'${rule}'`).join(', ')})
                       and period_to::text >= period_from::text collate "C"))`

/*
 * The rules of a line, as `line-rules.ts` has them. Names must need no JSON escapes (`plain` in `rebuild.ts`). A name whose
 * JSON form is longer than itself has one, and is left to `walk`. A `reference` may hold anything but the separators of
 * fields.
 */
const LINE = `
           position,
           line,
           ${LINE_TEXT} as text,
           entity_id || policy_id || resource || component || coalesce(portion, '') || coalesce(rule, '') as names,
           reference,
           case when meant_for is null then 0 else 1 end as late,
           case type
             when 'accrual' then reverses_position is null and reverses_line is null and component = 'accrued' and amount > 0 and amount < 1e18
             when 'consumption' then reverses_position is null and reverses_line is null and component = 'consumed' and amount < 0 and amount > -1e18
             when 'pending' then reverses_position is null and reverses_line is null and component = 'pending' and amount < 0 and amount > -1e18
             when 'adjustment' then reverses_position is null and reverses_line is null and component = 'adjusted' and amount <> 0
                                    and amount > -1e18 and amount < 1e18
             when 'reversal' then reverses_position is not null and reverses_line is not null and amount <> 0
                                  and amount > -1e18 and amount < 1e18
           end
             and (num_nonnulls(valid_until, carried_in, rule, period_from, period_to) = 0 or ${EARNED_FITS}) as fits
      from ledger.transactions
     where book_id = $1
       and position > $2
       and position <= $3`

/*
 * The text of an event is that of `event-text.ts`. A microsecond is added to its instant so that this is printed with
 * six digits, the last three of which are known; one that has more or other digits fits nothing.
 *
 * Most events have one line: putting several together costs more than everything else that is done with them, so the
 * others are. A line that is there twice makes two events of one, which their number tells.
 *
 * Positions are dense where the last one is there, every one has the one before it, and there are as many as there must
 * be. A window over the events would say so too, and cost a quarter of everything: it copies them.
 *
 * The offset keeps what is made of an event together: taken apart, its instant would be printed wherever it is looked at.
 *
 * Full joins, since those cannot be made into a nested loop by a planner that knows nothing of the tables yet; and they
 * show lines that belong to no event.
 */
/** What the events after $2 up to $3 come to; $4 are the types with a stream, $5 of definitions, $6 of closings. */
export const PROOF = statement({
  name: 'verify-proof',
  text: `
    with first_lines as (
      select ${LINE}
         and line = 1
    ), other_lines as (
      select position,
             count(*) as lines,
             count(text) as printed_lines,
             count(distinct line) as different_lines,
             min(line) as first_line,
             max(line) as last_line,
             string_agg(text, ',' order by line) as texts,
             string_agg(names, '') as names,
             string_agg(reference, '') as free_texts,
             sum(late) as late,
             bool_and(fits is true) as fit
        from (
      select ${LINE}
         and line is distinct from 1
             ) as t
       group by position
    ), events as (
      select position, type, recorded_at, idempotency_key, erasable, erasable_digest, hash,
             num_nonnulls(stream, stream_version) > 0 as streamed,
             type || actor_type || actor_id as names,
             to_json(recorded_at at time zone 'UTC' + interval '1 us')::text as instant,
             ('{"actor":{"id":"' || actor_id || '","type":"' || actor_type || '"},"book":"' || $1
               || '","data":' || data::text || ',"decision":') || decision::text
               || (',"erasableDigest":"' || encode(erasable_digest, 'hex')
               || '","idempotencyKey":' || to_json(idempotency_key)::text
               || ',"position":' || position
               || ',"previousHash":"') as until_hash_before
        from ledger.events
       where book_id = $1
         and position > $2
         and position <= $3
      offset 0
    ), links as (
      select position + 1 as next_position, hash, recorded_at
        from ledger.events
       where book_id = $1
         and position >= $2
         and position < $3
    ), judged as (
      select e.position, e.type, e.streamed,
             coalesce(f.line, 0) + coalesce(o.lines, 0) as lines,
             coalesce(f.late, 0) + coalesce(o.late, 0) as late,
             e.hash = sha256(convert_to(
                     until_hash_before
                       || (case when e.position = 1 then repeat('0', 64) else encode(b.hash, 'hex') end
                       || '","recordedAt":' || left(instant, 24) || 'Z","transactions":[')
                       || case when f.position is null then '' else f.text end
                       || case when o.position is null then '' else ',' || o.texts end
                       || ('],"type":"' || type || '"}'), 'UTF8'))
               and (erasable is null or sha256(convert_to(erasable::text, 'UTF8')) = erasable_digest)
               and octet_length(instant) = 28
               and right(instant, 4) = '001"'
               and (b.next_position is null) = (e.position = 1)
               and (e.position = 1 or e.recorded_at >= b.recorded_at)
               and (f.position is null or f.fits)
               and (o.position is null or f.position is not null and o.fit and o.lines = o.printed_lines
                                          and o.lines = o.different_lines
                                          and o.first_line = 2 and o.last_line = o.lines + 1)
               and octet_length(to_json(e.names || coalesce(f.names, ''))::text)
                     = octet_length(e.names) + coalesce(octet_length(f.names), 0) + 2
               and (o.names is null or octet_length(to_json(o.names)::text) = octet_length(o.names) + 2)
               and strpos(idempotency_key, ${RECORD_SQL}) = 0
               and strpos(idempotency_key, ${UNIT_SQL}) = 0
               and (f.reference is null or f.reference !~ '[\\x1e\\x1f]')
               and (o.free_texts is null or o.free_texts !~ '[\\x1e\\x1f]') as fits
        from events e
        full join links b on b.next_position = e.position
        full join first_lines f on f.position = e.position
        full join other_lines o on o.position = e.position
    )
    select count(*) as events,
           bool_and(fits is true) as fit,
           sum(lines) as transactions,
           sum(late) as late,
           max(position) as last_position,
           max(position) filter (where type = any($5)) as definitions,
           count(*) filter (where streamed or type = any($4)) as streamed,
           count(*) filter (where type = any($6)) as closings
      from judged`,
  columns: {
    events: 'int8',
    fit: 'bool?',
    transactions: 'numeric?',
    late: 'numeric?',
    last_position: 'int8?',
    definitions: 'int8?',
    streamed: 'int8',
    closings: 'int8',
  },
  params: ['text', 'int8', 'int8', 'text[]', 'text[]', 'text[]'],
})

/** Of the positions after $2 up to $3: the events that belong to a stream, or are of a type $4 that does. */
export const STREAMS = statement({
  name: 'verify-streams',
  text: `
    select position, type, data, ${STREAM} as stream
      from ledger.events
     where book_id = $1
       and position > $2
       and position <= $3
       and (num_nonnulls(stream, stream_version) > 0 or type = any($4))`,
  columns: { position: 'int8', type: narrowed<EventType>('text'), data: 'json', stream: 'text?' },
  params: ['text', 'int8', 'int8', 'text[]'],
})
