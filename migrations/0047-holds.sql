-- Holds with an end: lines that are held for nobody's leave, until they are taken, released, or their time is over.
--
-- Why: stock, seats and carts are held for minutes, and nobody may have to be there to give them back. As with requests, the
-- row is derived from the events of a stream of its own and written in the database transaction of each; it says what the
-- next decision needs. A hold ends once: a second end finds another version than it added to, and is refused here as well.
-- What ends by itself ends at its instant and not before; what is taken or released is so before it.
-- Locks: creates only new objects, so nothing waits. Time: milliseconds.

create table ledger.holds (
  book_id         text        not null,
  hold_id         text        not null,
  version         bigint      not null,
  version_before  bigint      not null,
  versions_added  bigint      not null check (versions_added >= 1),
  position        bigint      not null,
  placed_position bigint      not null,
  status          text        not null,
  placed_at       timestamptz not null,
  expires_at      timestamptz not null,
  ended_at        timestamptz,
  reference       text,
  lines           json        not null check (json_array_length(lines) between 1 and 100),
  foreign key (book_id, position) references ledger.events,
  foreign key (book_id, placed_position) references ledger.events,
  constraint holds_version_moves_on check (version = version_before + versions_added),
  constraint holds_end_after_they_begin check (expires_at > placed_at and expires_at <= placed_at + interval '720 hours'),
  constraint holds_end_once check (
    case status
      when 'held'     then version = 1 and position = placed_position and ended_at is null
      when 'taken'    then version = 2 and position > placed_position and ended_at >= placed_at and ended_at < expires_at
      when 'released' then version = 2 and position > placed_position and ended_at >= placed_at and ended_at < expires_at
      when 'lapsed'   then version = 2 and position > placed_position and ended_at >= expires_at
      else false
    end is true)
) with (fillfactor = 50);
comment on table ledger.holds is 'What the next decision about a hold needs; equal to a fold of the events of its stream.';
comment on column ledger.holds.version_before is 'The version before the last group that moved it; 0 where that made it.';
comment on column ledger.holds.position is 'Of its last event.';
comment on column ledger.holds.placed_position is 'Of its first event, whose lines are those that it holds.';
comment on column ledger.holds.expires_at is 'From this instant on it holds nothing, whether or not that is recorded yet.';
comment on column ledger.holds.ended_at is 'When its second event was recorded; null: it holds its lines.';
comment on column ledger.holds.reference is 'Of all its lines.';
comment on column ledger.holds.lines is '[[line, entity, policy, resource, amount held, effective on, portion claimed, amount taken], …]: its lines in their order.';

-- Walked in the order in which they were placed: all of a book, or those that still hold something.
create unique index holds_in_order on ledger.holds (book_id, placed_position);
create index holds_held on ledger.holds (book_id, placed_position) where status = 'held';
-- Which ends next.
create index holds_ending on ledger.holds (book_id, expires_at) where status = 'held';
-- Last of the table's indexes, for the reason given with the one of events.
alter table ledger.holds add primary key (book_id, hold_id);

grant select, insert, update on ledger.holds to daybook_service;
