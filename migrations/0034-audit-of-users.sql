-- Whom an erasure finds in the audit trail: users who are the person, by what they called, and who was refused to sign in as them.
--
-- Why: the entries of a user are of several books, and of none, so no index of a book has them together. Those that say from
-- where are few: of calls by machines and by nobody the indexes hold nothing.
-- Locks: `audit.entries` against writing while the indexes are made, which noting waits for and no call; about a second for
-- each million entries.

create index entries_by_user on audit.entries (actor_id)
  where actor_type = 'user' and client is not null;
create index entries_about_user on audit.entries (subject)
  where actor_type = 'nobody' and subject is not null and client is not null;
