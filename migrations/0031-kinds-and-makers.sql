-- Who sees of what kind an absence is, and who made a calendar feed.
--
-- Why: that somebody is away is for their team to know; why is not. Policies that were defined before say nothing, and hold as
-- for managers. And a feed shows what whoever made it may see when it is read. Those of before were made with the one key that
-- there was: they are the bootstrap key's.
-- Locks: both tables exclusively, for milliseconds: no row is read.

alter table ledger.policy_versions
  add column kind_visible_to text check (kind_visible_to in ('team', 'hr'));
comment on column ledger.policy_versions.kind_visible_to is 'Who sees what kind of leave it is: the team, or hr alone; null: managers, and whoever reads about everybody.';

alter table ledger.calendar_feeds
  add column maker_kind text check (maker_kind in ('admin', 'client', 'user')),
  add column maker_id   text,
  add constraint calendar_feeds_maker check ((maker_kind is null) = (maker_id is null));
comment on column ledger.calendar_feeds.maker_id is 'The caller who made it: it shows what they may see when it is read. Null: the bootstrap key, before there were others.';
