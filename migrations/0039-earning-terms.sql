-- What a policy says of earning, carrying over, spending and paying out.
--
-- Why: it decides what is posted, so it is versioned with everything else that a policy says. It is kept as it was said, with
-- quantities in their normal spelling: members that are left out stay out. Policies that were defined before say nothing.
-- Locks: `policy_versions` exclusively, for a column without a default: milliseconds.

alter table ledger.policy_versions
  add column earning json;
comment on column ledger.policy_versions.earning is 'What the version says of earning: the members leaveYear, earning, carryOver, spending, encashment, countsAsWorked and lateLeave of its event, those that it has. Null: none of them.';
