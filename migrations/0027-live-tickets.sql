-- Tickets by which a browser opens a stream: it cannot send a header, and a key has no place in an address.
-- Unlogged: what is lost in a crash of the server would have ended within half a minute.

create unlogged table access.live_tickets (
  -- SHA-256 of the ticket, which is kept nowhere.
  digest     bytea not null primary key check (length(digest) = 32),
  book_id    text not null,
  -- Who asked for it, as they were then: looked up again when it is used.
  principal  json not null,
  expires_at timestamptz not null
);
create index on access.live_tickets (expires_at);
-- Used once: whoever deletes it has it.
grant select, insert, delete on access.live_tickets to daybook_service;
