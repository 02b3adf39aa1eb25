\set account random(0, :accounts - 1)
select entity_id, policy_id, resource, version, last_position, scale, kept_from, opening, days, floor from ledger.accounts where book_id = 'main' and entity_id = 'e' || :account and policy_id = 'annual';
