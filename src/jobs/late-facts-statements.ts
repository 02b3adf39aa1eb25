import { statement } from '../db/statement.ts'

/** A page of books, each with whether there are definitions that nobody has dealt with. */
export const FIND_UNDEALT = statement({
  name: 'find-undealt',
  columns: { book: 'text', due: 'bool' },
  params: ['text', 'int8'],
  text: `
      select h.book_id as book, h.definitions > coalesce(l.position, 0) as due
        from ledger.heads h
        left join ledger.late_facts l on l.book_id = h.book_id
       where h.book_id > $1
       order by h.book_id
       limit $2`,
})

/** A page of books with requests that wait for a period to be reopened. */
export const FIND_WAITING = statement({
  name: 'find-waiting',
  columns: { book: 'text' },
  params: ['text', 'int8'],
  text: `
      select book_id as book
        from ledger.late_facts
       where book_id > $1
         and waiting is not null
       order by book_id
       limit $2`,
})

export const ADD_LATE_FACTS = statement({
  name: 'add-late-facts',
  params: ['text'],
  text: `
      insert into ledger.late_facts (book_id, position)
      select h.book_id, 0
        from ledger.heads h
       where h.book_id = $1
          on conflict do nothing`,
})

/** Takes the lease, or renews it; no row where somebody else has it. */
export const LEASE_LATE_FACTS = statement({
  name: 'lease-late-facts',
  columns: { position: 'int8', waiting: 'json?' },
  params: ['text', 'text', 'float8'],
  text: `
      update ledger.late_facts
         set lease = $2, leased_till = now() + make_interval(secs => $3)
       where book_id = $1
         and (lease = $2 or leased_till is null or leased_till <= now())
   returning position, waiting`,
})

export const READ_DEFINITIONS = statement({
  name: 'late-facts-definitions',
  columns: { definitions: 'int8' },
  params: ['text'],
  text: 'select definitions from ledger.heads where book_id = $1',
})

/** Where it is at $3 and leased by $2, and nowhere else. */
export const MOVE_LATE_FACTS = statement({
  name: 'move-late-facts',
  params: ['text', 'text', 'int8', 'int8', 'json?'],
  text: `
      update ledger.late_facts
         set position = $4, waiting = $5
       where book_id = $1
         and lease = $2
         and position = $3`,
})

export const GIVE_BACK_LATE_FACTS = statement({
  name: 'give-back-late-facts',
  params: ['text', 'text'],
  text: `
      update ledger.late_facts
         set lease = null, leased_till = null
       where book_id = $1
         and lease = $2`,
})
