-- Assignments with terms of their own are found by their policy.
--
-- Why: the most that a leave year may earn may be said by an assignment alone. Whoever accrues by hand under a policy that says
-- nothing of earning is held to it all the same, and whether there is such an assignment is asked whenever definitions change.
-- Locks: `assignments` against writing, while it is read once: about a second for ten million.

create index assignments_with_own_terms on ledger.assignments (book_id, policy_id) where terms is not null;
