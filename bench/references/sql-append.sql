\set account random(0, :accounts - 1)
\set day random(0, 23)
begin;
update balances set balance = balance + 1 where book_id = 'main' and entity_id = 'e' || :account and policy_id = 'annual' and balance + 1 >= -1000000;
insert into entries (book_id, line, idempotency_key, type, entity_id, policy_id, amount, effective_on) values ('main', 1, gen_random_uuid()::text, 'accrual', 'e' || :account, 'annual', 1, date '2026-01-01' + 15 * :day);
commit;
