-- Calendar feeds: addresses at which a calendar program reads who is away.
--
-- Why: whoever knows the address reads the feed, so it can be revoked; a secret that can be revoked is no history. It
-- stands beside the record, as profiles do, and is in no event.
-- Locks: creates only new objects, so nothing waits. Time: milliseconds.

create table ledger.calendar_feeds (
  book_id      text        not null references ledger.books,
  feed_id      text        not null,
  entity_id    text,
  manager      text,
  department   text,
  actor_type   text        not null,
  actor_id     text        not null,
  created_at   timestamptz not null,
  token_digest bytea       check (length(token_digest) = 32),
  revoked_at   timestamptz,
  primary key (book_id, feed_id),
  constraint calendar_feeds_of_one check (num_nonnulls(entity_id, manager, department) = 1),
  constraint calendar_feeds_read_until_revoked check ((token_digest is null) = (revoked_at is not null))
);
comment on table ledger.calendar_feeds is 'Who may read by a secret address when somebody is away. No part of the record.';
comment on column ledger.calendar_feeds.feed_id is 'Made of the idempotency key of the call that made it, so that a repeated call finds it.';
comment on column ledger.calendar_feeds.entity_id is 'Whose leave it shows: of one entity, or of all with a manager, or of all of a department.';
comment on column ledger.calendar_feeds.token_digest is 'SHA-256 of the secret part of its address, which is kept nowhere; null once it is revoked.';

create unique index calendar_feeds_by_token on ledger.calendar_feeds (book_id, token_digest)
  where token_digest is not null;

grant select, insert on ledger.calendar_feeds to daybook_service;
grant update (token_digest, revoked_at) on ledger.calendar_feeds to daybook_service;
