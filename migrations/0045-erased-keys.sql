-- Whoever is erased takes along the API keys that are them: names, addresses, and from where they were used. What a key did is found by
-- an index, also by whoever looks for it in the audit trail. What is about no book has one in the order of time: an index that begins with
-- the book is in that order for one that is named, and not for none, so all of it was sorted for every page.
-- Locks: access.keys for a moment; audit.entries against writing while the indexes are made, which noting waits for and no call: about
-- two seconds for a million entries.

grant update (name, allowed_addresses) on access.keys to daybook_service;

create index entries_by_client on audit.entries (actor_id, book_id, at, entry_id) where actor_type = 'client';

create index entries_of_no_book on audit.entries (at, entry_id) where book_id is null;
