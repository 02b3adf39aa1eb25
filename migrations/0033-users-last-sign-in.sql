-- When a user last signed in.
--
-- Why: whoever reviews who may do what asks which accounts nobody uses any more. Sessions are gone once they have ended, so they
-- do not say it.
-- Locks: `access.users` exclusively, for milliseconds: no row is read.

alter table access.users add column last_sign_in_at timestamptz;
comment on column access.users.last_sign_in_at is 'When a session of theirs was last begun; null: never. It lasted 12 hours at most.';
grant update (last_sign_in_at) on access.users to daybook_service;
