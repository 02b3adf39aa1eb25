import { narrowed, statement } from '../db/statement.ts'
import type { BuildState } from './build-state.ts'

/** The first build of a read model that has none. The key arbitrates: whoever comes second waits, and adds nothing. */
export const ADD_FIRST_BUILD = statement({
  params: ['text', 'int4', 'text[]'],
  text: `
      insert into projections.builds (projection, build, version, state, tables, switched_at)
      select $1, 1, $2, 'active', $3, now()
       where not exists (select from projections.builds where projection = $1)
          on conflict (projection, build) do nothing`,
})

export const ADD_BUILD = statement({
  params: ['text', 'int4', 'int4', 'text[]'],
  text: `
      insert into projections.builds (projection, build, version, state, tables)
      values ($1, $2, $3, 'building', $4)`,
})

export const READ_BUILDS = statement({
  columns: {
    projection: 'text',
    build: 'int4',
    version: 'int4',
    state: narrowed<BuildState>('text'),
    startedAt: 'timestamptz',
    switchedAt: 'timestamptz?',
  },
  text: `
      select projection, build, version, state, started_at as "startedAt", switched_at as "switchedAt"
        from projections.builds
       order by projection, build`,
})

/** Whoever changes which builds there are does it alone; whoever reads or fills them does not wait. */
export const LOCK_BUILDS = statement({
  params: ['text'],
  text: `
      select
        from projections.builds
       where projection = $1
       order by build
         for update`,
})

export const SWITCH_BUILDS = statement({
  params: ['text', 'int4'],
  text: `
      update projections.builds
         set state = case when build = $2 then 'active' else 'kept' end,
             switched_at = case when build = $2 then now() else switched_at end
       where projection = $1
         and (build = $2 or state = 'active')`,
})

export const READ_TABLES = statement({
  columns: { tables: 'text[]' },
  params: ['text', 'int4'],
  text: 'select tables from projections.builds where projection = $1 and build = $2',
})

export const DELETE_CHECKPOINTS = statement({
  params: ['text', 'int4'],
  text: 'delete from projections.checkpoints where projection = $1 and build = $2',
})

export const DELETE_WITHHELD = statement({
  params: ['text', 'int4'],
  text: 'delete from projections.withheld where projection = $1 and build = $2',
})

export const DELETE_BUILD = statement({
  params: ['text', 'int4'],
  text: 'delete from projections.builds where projection = $1 and build = $2',
})
