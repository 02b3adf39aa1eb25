-- Who calls: people, and the sessions in which they do. No part of the record, which holds only who acted.

create table access.users (
  user_id           text not null primary key check (user_id ~ '^[0-9a-f]{16}$'),
  email             text not null check (email <> ''),
  name              text not null,
  -- [{book, role, entity, until}, …]: what they may do. A book of * is every book.
  grants            json not null,
  -- Who they are in which book, as <book>/<entity>: for whoever is erased there.
  entities          text[] not null,
  created_at        timestamptz not null,
  -- The caller who made the user, as <kind>:<id>.
  created_by        text not null,
  -- argon2id, as a PHC string; null: none was chosen yet.
  password          text check (password like '$argon2id$%'),
  -- SHA-256 of the token that lets them choose a password, which is kept nowhere.
  invitation_digest bytea check (length(invitation_digest) = 32),
  invitation_until  timestamptz,
  constraint users_invitation check ((invitation_digest is null) = (invitation_until is null))
);
-- A mail address is one person's, whatever its case.
create unique index users_one_per_email on access.users (lower(email));
create unique index users_by_invitation on access.users (invitation_digest) where invitation_digest is not null;
create index users_by_entity on access.users using gin (entities);
-- Who is ended is gone, with name and mail address.
grant select, insert, delete on access.users to daybook_service;
grant update (email, name, grants, entities, password, invitation_digest, invitation_until)
  on access.users to daybook_service;

create table access.sessions (
  session_id   text not null primary key check (session_id ~ '^[0-9a-f]{32}$'),
  -- Of a user: what they may do is looked up with them. null: of somebody whom a login server knows.
  user_id      text references access.users on delete cascade,
  -- Whose it is: a user's id, or what the login server's word for the person came to.
  subject      text not null,
  -- What they may do, where no user says so; as in access.users.
  grants       json,
  entities     text[],
  -- Where they signed in from, and with what.
  address      text,
  user_agent   text,
  started_at   timestamptz not null,
  -- To within a minute.
  last_used_at timestamptz not null,
  -- It is not taken any more, however much it is used.
  expires_at   timestamptz not null,
  constraint sessions_of_user check (user_id is null or (user_id = subject and grants is null)),
  constraint sessions_of_others check ((user_id is null) = (grants is not null) and (grants is null) = (entities is null))
);
create index sessions_by_subject on access.sessions (subject, session_id);
create index sessions_by_user on access.sessions (user_id) where user_id is not null;
create index sessions_by_entity on access.sessions using gin (entities) where entities is not null;
create index sessions_by_end on access.sessions (expires_at);
grant select, insert, delete on access.sessions to daybook_service;
grant update (last_used_at) on access.sessions to daybook_service;

-- What the tokens of sessions are signed with.
create table access.signing_keys (
  -- RFC 7638: the thumbprint of the public key.
  key_id             text not null primary key,
  created_at         timestamptz not null,
  -- JSON Web Key.
  public_key         json not null,
  -- Encrypted with a key that is not in the database; null: only the process that made it has it, in memory.
  sealed_private_key text
);
create index signing_keys_by_age on access.signing_keys (created_at);
grant select, insert, delete on access.signing_keys to daybook_service;
