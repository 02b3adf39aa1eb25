-- Who earns under which policy, and since when.
--
-- Why: what a policy posts by its rules, it posts for those who are assigned to it. An assignment is a dated fact: each thing
-- that was ever said of it is kept, so that what was earned can be worked out again as it was known then.
-- Locks: none; everything is new.

-- On Citus the guards below need this setting; elsewhere it is an unknown name in a custom class, and harmless.
set local citus.enable_unsafe_triggers = on;

create table ledger.assignments (
  book_id        text   not null,
  entity_id      text   not null,
  assignment_id  text   not null,
  version        bigint not null,
  position       bigint not null,
  effective_from date   not null,
  policy_id      text   not null,
  resource       text   not null,
  from_day       date   not null,
  to_day         date,
  service_since  date,
  share          numeric,
  amounts        json,
  terms          json,
  primary key (book_id, entity_id, assignment_id, version),
  foreign key (book_id, position) references ledger.events,
  constraint assignments_from_before_to check (to_day >= from_day),
  constraint assignments_share_above_zero check (share > 0)
);
comment on table ledger.assignments is 'Every version of every assignment, each the content of one assignment-defined event. Its days, and since when service counts, are those of its newest version.';
comment on column ledger.assignments.resource is 'What its policy counts: of what kind it is may be for hr alone to know.';
comment on column ledger.assignments.to_day is 'The last day; null: until further notice.';
comment on column ledger.assignments.share is 'Of full time; null: full time.';
comment on column ledger.assignments.terms is 'What holds of this entity alone, in place of what the policy says.';

-- Those under a policy, in the order in which they are listed; and which were said of after a position.
create index assignments_of_policy on ledger.assignments (book_id, policy_id, entity_id, assignment_id, version);
create index assignments_defined_after on ledger.assignments (book_id, position);

-- Decided first by whoever writes behind the head's lock; this sees what a decision missed, and what is written beside it.
create function ledger.refuse_other_assignment() returns trigger language plpgsql as $$
begin
  if exists (
       select
         from ledger.assignments a
        where a.book_id = new.book_id
          and a.entity_id = new.entity_id
          and a.assignment_id = new.assignment_id
          and a.policy_id <> new.policy_id) then
    raise exception 'the assignment % of % is to another policy than %', new.assignment_id, new.entity_id, new.policy_id
      using errcode = 'integrity_constraint_violation', constraint = 'assignments_apart';
  end if;
  if exists (
       select
         from (
                select distinct on (a.assignment_id) a.from_day, a.to_day
                  from ledger.assignments a
                 where a.book_id = new.book_id
                   and a.entity_id = new.entity_id
                   and a.policy_id = new.policy_id
                   and a.assignment_id <> new.assignment_id
                 order by a.assignment_id, a.version desc
              ) as other
        where other.from_day <= coalesce(new.to_day, 'infinity')
          and new.from_day <= coalesce(other.to_day, 'infinity')) then
    raise exception 'the assignment % of % has days in common with another one to %', new.assignment_id, new.entity_id, new.policy_id
      using errcode = 'integrity_constraint_violation', constraint = 'assignments_apart';
  end if;
  return new;
end $$;

create trigger assignments_apart before insert on ledger.assignments
  for each row execute function ledger.refuse_other_assignment();

grant select, insert on ledger.assignments to daybook_service;

create trigger assignments_not_changed before update or delete on ledger.assignments
  for each row execute function ledger.refuse_change();
create trigger assignments_not_truncated before truncate on ledger.assignments
  for each statement execute function ledger.refuse_change();
