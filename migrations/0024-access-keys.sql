-- Who calls: API keys. No part of the record, which holds only who acted.

create schema access;
grant usage on schema access to daybook_service;

create table access.keys (
  key_id            text not null primary key check (key_id ~ '^[0-9a-f]{16}$'),
  name              text not null,
  -- [{book, role | right, entity, until}, …]: what its holder may do. A book of * is every book.
  grants            json not null,
  -- Ranges from which it may be used; null: from anywhere.
  allowed_addresses text[],
  created_at        timestamptz not null,
  -- The caller who made it, as <kind>:<id>.
  created_by        text not null,
  expires_at        timestamptz,
  -- SHA-256 of its secret, which is kept nowhere.
  digest            bytea not null check (length(digest) = 32),
  -- Of the secret before the last rotation, which is taken until then.
  former_digest     bytea check (length(former_digest) = 32),
  former_until      timestamptz,
  -- To within a minute.
  last_used_at      timestamptz,
  -- From then on neither secret is taken.
  ended_at          timestamptz,
  constraint keys_former_until check ((former_digest is null) = (former_until is null))
);
grant select, insert on access.keys to daybook_service;
grant update (digest, former_digest, former_until, last_used_at, ended_at) on access.keys to daybook_service;
