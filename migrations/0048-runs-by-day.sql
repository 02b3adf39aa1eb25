-- Runs are found by the day up to which they post.
--
-- Why: the statistics say of each day whether it was run, what was posted, and what could not be. A book has a run a night, and one
-- whenever somebody asks; without an index all of them would be read.
-- Locks: `earning.runs` against writing, for the moment in which its few rows are read.

create index runs_by_day on earning.runs (book_id, through);
