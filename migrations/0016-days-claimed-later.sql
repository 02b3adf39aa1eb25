-- Lines claim their days from the moment on that their policy says so.
--
-- Why: a policy may say from some day on that its lines take days. From then on two lines on one day are a conflict, also
-- where one of them, or both, were recorded before. So the definition has the lines that are there claim their days, and is
-- refused where two of them would have the same one. Which definition it was is what verifies such a claim.
-- Locks: `day_claims` exclusively, for a column without a default, and while the check reads the table once: milliseconds for
-- every hundred thousand claims.

alter table ledger.day_claims
  add column claimed_by_position bigint,
  add constraint day_claims_by_later_definition check (claimed_by_position > position);
comment on column ledger.day_claims.claimed_by_position is 'The definition since which the line claims its day; null: since it was recorded.';
