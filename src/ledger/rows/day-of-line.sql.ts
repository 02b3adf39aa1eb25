/*
 * Parts of statements about lines that claimed nothing when they were recorded, and claim their days since a later
 * definition. `t` is a row of `ledger.transactions`, and `$1` its book.
 */

/** The day that a line is about. */
export const DAY_OF_LINE = 'coalesce(t.meant_for, t.effective_on)'

/** Whether a line belongs to a request, of which one line stands for a day: the one that claims it. */
export const OF_REQUEST = `\
coalesce((
               select starts_with(stream, 'request:')
                 from ledger.events
                where book_id = $1
                  and position = t.position), false)`

/** Which part of its day a line of a request is about, as the last event that counted its days says (most say of no half); of any other, the whole. */
export const PORTION_OF_LINE = `\
coalesce((
               select d.counted ->> 'portion'
                 from (
                        select stream, stream_version
                          from ledger.events
                         where book_id = $1
                           and position = t.position
                         limit 1
                      ) as o
                cross join lateral (
                        select data
                          from ledger.events
                         where book_id = $1
                           and stream = o.stream
                           and stream_version <= o.stream_version
                           and type in ('request-submitted', 'request-changed', 'request-recounted')
                         order by stream_version desc
                         limit 1) as s
                cross join lateral json_array_elements(
                        case when strpos(s.data::text, '"am"') + strpos(s.data::text, '"pm"') > 0 then s.data -> 'days'
                             else '[]' end) as d(counted)
                where starts_with(o.stream, 'request:')
                  and (d.counted ->> 'date')::date = ${DAY_OF_LINE}
                limit 1), 'full')`
