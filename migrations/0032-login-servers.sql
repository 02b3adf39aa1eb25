-- Sessions of people who signed in at a login server, and what may be shown once.
--
-- Why: a login server says which login has ended, by its own name for it or by the person; the sessions of it end then, on
-- every process. And what it or a browser hands in to begin or to end a session works once, whichever process it comes to.
-- Locks: access.sessions exclusively, while it is read once for the index and the checks: it holds those of half a day.

alter table access.sessions
  add column issuer        text,
  add column login_session text check (length(login_session) between 1 and 255),
  add constraint sessions_of_issuer check (issuer is null or user_id is null),
  add constraint sessions_of_login check (login_session is null or issuer is not null);
comment on column access.sessions.issuer is 'The login server at which somebody signed in; null: here.';
comment on column access.sessions.login_session is 'What the login server calls the login (sid); null: it did not say.';
create index sessions_by_login on access.sessions (issuer, login_session) where issuer is not null;

create table access.spent (
  -- SHA-256 of what it was for and of its name, which is kept nowhere.
  digest     bytea not null primary key check (length(digest) = 32),
  -- From then on it would be refused anyway.
  expires_at timestamptz not null
);
create index spent_by_end on access.spent (expires_at);
grant select, insert, delete on access.spent to daybook_service;
