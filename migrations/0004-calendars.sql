-- Calendars, and the patterns by which entities work from a day on.
--
-- Why: leave is counted in working days. Which days those are is decided by dated facts, so that what was counted can be
-- counted again: the versions of a calendar, with the public holidays that were known when each was recorded, and what
-- an entity works by, and since when.
-- Locks: none; everything is new.

-- On Citus the guards below need this setting; elsewhere it is an unknown name in a custom class, and harmless.
set local citus.enable_unsafe_triggers = on;


-- 1. Calendars ------------------------------------------------------------------------------------------------------

create table ledger.calendar_versions (
  book_id         text   not null,
  calendar_id     text   not null,
  version         bigint not null,
  position        bigint not null,
  effective_from  date   not null,
  working_days    json   not null,
  hours_per_day   json   not null,
  holidays        json   not null,
  region          text,
  public_holidays json,
  primary key (book_id, calendar_id, version),
  foreign key (book_id, position) references ledger.events,
  constraint calendar_versions_holidays_of_region check ((region is null) = (public_holidays is null))
);
comment on table ledger.calendar_versions is 'Every version of every calendar, each the content of one calendar-defined event.';
comment on column ledger.calendar_versions.public_holidays is 'Those of the region over the years that it names, as they were known when the version was recorded.';


-- 2. Work patterns --------------------------------------------------------------------------------------------------

create table ledger.work_patterns (
  book_id        text   not null,
  entity_id      text   not null,
  effective_from date   not null,
  version        bigint not null,
  position       bigint not null,
  calendar       text,
  working_days   json,
  hours_per_day  json,
  primary key (book_id, entity_id, effective_from),
  foreign key (book_id, position) references ledger.events
);
comment on table ledger.work_patterns is 'What an entity works by from a day on, as the last work-pattern-defined event about that day says.';
comment on column ledger.work_patterns.version is 'Of the entity: its first pattern is 1, whatever day that is from.';


-- 3. Privileges and guards ------------------------------------------------------------------------------------------

grant select, insert on ledger.calendar_versions to daybook_service;
grant select, insert, update on ledger.work_patterns to daybook_service;

create trigger calendar_versions_not_changed before update or delete on ledger.calendar_versions
  for each row execute function ledger.refuse_change();
create trigger calendar_versions_not_truncated before truncate on ledger.calendar_versions
  for each statement execute function ledger.refuse_change();
