-- Requests for leave: what the next decision about one needs, whose decisions somebody makes meanwhile, and what policies
-- say about both.
--
-- Why: a request is a stream of events and the lines that they hold or take; to approve, change or cancel it, its state
-- has to be at hand without reading that stream. As with accounts, the row is derived, and written in the database
-- transaction of the event.
-- Locks: `policy_versions` exclusively, for a column without a default: milliseconds. Everything else is new.

create table ledger.requests (
  book_id            text     not null,
  request_id         text     not null,
  version            bigint   not null check (version >= 1),
  version_before     bigint   not null,
  versions_added     bigint   not null check (versions_added >= 1),
  position           bigint   not null,
  submitted_position bigint   not null,
  entity_id          text     not null,
  resource           text     not null,
  policy_id          text,
  status             text     not null,
  steps              smallint not null check (steps >= 0),
  cancellation       json,
  from_day           date     not null,
  to_day             date     not null,
  from_portion       text     not null check (from_portion in ('full', 'am', 'pm')),
  to_portion         text     not null check (to_portion in ('full', 'am', 'pm')),
  hours_per_day      numeric,
  held               integer  not null,
  taken              integer  not null,
  lines              json     not null,
  foreign key (book_id, position) references ledger.events,
  foreign key (book_id, submitted_position) references ledger.events,
  check (from_day <= to_day),
  check (submitted_position <= position),
  -- Whoever writes says how many events a request gained; the row says how many it had. They must meet.
  constraint requests_version_moves_on check (version = version_before + versions_added),
  -- Never approved with a hold left, nor freed with its status unchanged.
  constraint requests_lines_fit_status check (
    held >= 0 and taken >= 0 and
    case status
      when 'pending'   then held > 0 and taken = 0
      when 'approved'  then held = 0 and taken > 0
      when 'rejected'  then held = 0 and taken = 0
      when 'cancelled' then held = 0 and taken = 0
      else false
    end),
  constraint requests_lines_counted check (json_array_length(lines) = held + taken),
  constraint requests_cancellation_of_approved check (cancellation is null or status = 'approved')
) with (fillfactor = 50);
comment on table ledger.requests is 'What the next decision about a request needs; equal to a fold of the events of its stream.';
comment on column ledger.requests.version_before is 'The version before the last group that moved it; 0 where that made it.';
comment on column ledger.requests.position is 'Of its last event.';
comment on column ledger.requests.policy_id is 'The only policy that it draws on; null: any of the resource.';
comment on column ledger.requests.steps is 'Steps of its approval that are taken.';
comment on column ledger.requests.cancellation is 'What of an approved request somebody asked to be cancelled: "all", or a list of days.';
comment on column ledger.requests.held is 'How many of its lines are pending.';
comment on column ledger.requests.taken is 'How many of its lines are consumptions.';
comment on column ledger.requests.lines is '[[position, line, day, effective on, policy, amount, portion claimed], …]: its lines that are not reversed, by day.';

-- Walked in the order in which they were submitted, all of a book or those of an entity.
create unique index requests_in_order on ledger.requests (book_id, submitted_position);
create index requests_of_entity on ledger.requests (book_id, entity_id, submitted_position);
-- Last of the table's indexes, for the reason given with the one of events.
alter table ledger.requests add primary key (book_id, request_id);

create table ledger.delegations (
  book_id     text   not null,
  entity_id   text   not null,
  delegate_id text   not null,
  version     bigint not null,
  position    bigint not null,
  from_day    date   not null,
  to_day      date   not null,
  primary key (book_id, delegate_id, entity_id),
  foreign key (book_id, position) references ledger.events,
  check (entity_id <> delegate_id),
  check (from_day <= to_day)
);
comment on table ledger.delegations is 'Who decides for whom in which period, as the last delegation-defined event of the two says.';
create index delegations_of_entity on ledger.delegations (book_id, entity_id, delegate_id);

alter table ledger.policy_versions add column requests json;
comment on column ledger.policy_versions.requests is 'What the policy says about requests; null: nothing.';

grant select, insert, update on ledger.requests, ledger.delegations to daybook_service;
