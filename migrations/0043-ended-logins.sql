-- Logins that have ended, as their login servers said, for as long as somebody may still be coming back from there.
--
-- Why: between the exchange of a code and the first row of its session there is nothing that a logout could end. Whoever
-- begins the session looks here, and does not begin it.
-- Locks: none; the table is new.

create table access.ended_logins (
  issuer        text        not null,
  login_session text        check (length(login_session) between 1 and 255),
  subject       text,
  ended_at      timestamptz not null,
  check (login_session is not null or subject is not null)
);
comment on table access.ended_logins is 'What logout tokens have ended in the last quarter of an hour.';
comment on column access.ended_logins.login_session is 'What the login server calls the login (sid); null: every one of the person.';
comment on column access.ended_logins.subject is 'Whose, as their sessions call them; null: whoever''s login it is.';
create index ended_logins_by_time on access.ended_logins (ended_at);
grant select, insert, delete on access.ended_logins to daybook_service;
