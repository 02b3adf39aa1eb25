-- The audit trail: who called and what became of it, as far as the record does not say so itself.
--
-- Why: refused attempts, sign-ins, changes of keys and users, and whose data was read by whom are asked for by auditors and by
-- the people themselves. They are no part of the record, which holds accepted commands: they are written a moment later, in
-- batches, and are deleted when they are old. Each entry covers the one before by its hash, so that whoever changes one, or
-- takes one out, is found.
-- Locks: creates only new objects, so nothing waits. Time: milliseconds.

-- On Citus the guards below need this setting; elsewhere it is an unknown name in a custom class, and harmless.
set local citus.enable_unsafe_triggers = on;

create schema audit;

create table audit.entries (
  entry_id      bigint      not null check (entry_id >= 1),
  at            timestamptz not null check (at = date_trunc('milliseconds', at)),
  book_id       text,
  actor_type    text        not null,
  actor_id      text,
  via_kind      text,
  via_id        text,
  role          text,
  action        text        not null,
  is_read       boolean     not null,
  entity_id     text,
  subject       text,
  outcome       text        not null check (outcome in ('accepted', 'refused', 'failed')),
  problem       text,
  times         bigint      not null check (times >= 1),
  client        json,
  client_digest bytea       not null check (length(client_digest) = 32),
  hash          bytea       not null check (length(hash) = 32),
  constraint entries_actor_has_id check ((actor_id is null) = (actor_type = 'nobody')),
  constraint entries_via_whole check ((via_kind is null) = (via_id is null))
);
comment on table audit.entries is 'What was called, beside the record: each entry once, chained by hash, deleted when it is old.';
comment on column audit.entries.at is 'When it was answered, by the clock of the process that answered.';
comment on column audit.entries.book_id is 'null: it is about no book.';
comment on column audit.entries.role is 'The role, or the single right, that let the caller in.';
comment on column audit.entries.is_read is 'Whether data about people were read.';
comment on column audit.entries.entity_id is 'Whom it is about; null: nobody, or everybody within reach.';
comment on column audit.entries.subject is 'What else it is about, such as key:3f9c2a7e51b04d68.';
comment on column audit.entries.times is 'How often the same happened within the moment that a batch gathers.';
comment on column audit.entries.client is '{ip, salt, session, userAgent}, canonical JSON; null once it is erased. The hash covers only its digest.';

-- What one is looked for by; none of them is unique, so that nothing else decides whether an entry is written.
create index entries_of_book on audit.entries (book_id, at, entry_id);
create index entries_of_entity on audit.entries (book_id, entity_id, at, entry_id) where entity_id is not null;
create index entries_of_everybody on audit.entries (book_id, at, entry_id) where entity_id is null and is_read;
create index entries_by_person on audit.entries (book_id, actor_id, at, entry_id)
  where actor_type in ('employee', 'manager', 'user');
alter table audit.entries add primary key (entry_id);

create table audit.head (
  is_head    boolean primary key default true check (is_head),
  entry_id   bigint not null,
  hash       bytea  not null check (length(hash) = 32),
  pruned_id  bigint not null,
  pruned     bytea  not null check (length(pruned) = 32)
);
comment on table audit.head is 'The end of the chain: its row lock is the order of the entries, whichever process writes them.';
comment on column audit.head.pruned_id is 'The last entry that was deleted for its age; pruned: its hash.';
insert into audit.head (entry_id, hash, pruned_id, pruned)
values (0, decode(repeat('00', 32), 'hex'), 0, decode(repeat('00', 32), 'hex'));

-- Privileges: the service adds and moves the end on. What is old or erased goes by the role that may forget.
grant usage on schema audit to daybook_service, daybook_eraser;
grant select, insert on audit.entries to daybook_service;
grant select, update (entry_id, hash) on audit.head to daybook_service;
grant select, delete, update (client) on audit.entries to daybook_eraser;
grant select, update (pruned_id, pruned) on audit.head to daybook_eraser;

create function audit.refuse_all_but_forgetting() returns trigger language plpgsql as $$
declare
  erased audit.entries := old;
begin
  erased.client := null;
  if current_user = 'daybook_eraser' and tg_op = 'DELETE' then
    return old;
  end if;
  if current_user = 'daybook_eraser' and tg_op = 'UPDATE' and new::text = erased::text then
    return new;
  end if;
  raise exception 'the audit trail is append-only: % on %.% is refused', tg_op, tg_table_schema, tg_table_name
    using errcode = 'restrict_violation';
end $$;

create function audit.refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'the audit trail is append-only: % on %.% is refused', tg_op, tg_table_schema, tg_table_name
    using errcode = 'restrict_violation';
end $$;

create trigger entries_only_forgotten before update or delete on audit.entries
  for each row execute function audit.refuse_all_but_forgetting();
create trigger entries_not_truncated before truncate on audit.entries
  for each statement execute function audit.refuse_change();
create trigger head_stays before delete on audit.head
  for each row execute function audit.refuse_change();
create trigger head_not_truncated before truncate on audit.head
  for each statement execute function audit.refuse_change();
