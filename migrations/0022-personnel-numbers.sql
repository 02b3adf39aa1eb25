-- The number that payroll knows somebody by, in the profile.
--
-- Why: payroll systems join exports by a personnel number, and not by the id that a caller chose for the entity. As names and
-- mail addresses it is beside the record, where it can be erased, and no two entities of a book have the same one.
-- Locks: `profiles` exclusively, for milliseconds: the column is null everywhere, so the index is empty.

alter table ledger.profiles
  add column personnel_number text check (personnel_number <> '');
comment on column ledger.profiles.personnel_number is 'What payroll knows the person by; compared as it stands.';
create unique index profiles_one_per_personnel_number on ledger.profiles (book_id, personnel_number)
  where personnel_number is not null;
