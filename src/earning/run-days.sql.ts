import { statement } from '../db/statement.ts'

export const RUN_DAYS = statement({
  name: 'run-days',
  columns: {
    through: 'date',
    runs: 'int8',
    running: 'int8',
    failed: 'int8',
    problems: 'int8',
    accruals: 'int8',
    carryOvers: 'int8',
    lapses: 'int8',
    corrections: 'int8',
  },
  params: ['text', 'date', 'date'],
  text: `
      select through,
             count(*) as runs,
             count(*) filter (where status = 'running') as running,
             count(*) filter (where status = 'failed') as failed,
             coalesce(sum(json_array_length(problems)), 0)::bigint as problems,
             coalesce(sum((postings ->> 'accruals')::bigint), 0)::bigint as accruals,
             coalesce(sum((postings ->> 'carryOvers')::bigint), 0)::bigint as "carryOvers",
             coalesce(sum((postings ->> 'lapses')::bigint), 0)::bigint as lapses,
             coalesce(sum((postings ->> 'corrections')::bigint), 0)::bigint as corrections
        from earning.runs
       where book_id = $1
         and through >= $2
         and through <= $3
       group by through
       order by through`,
})
