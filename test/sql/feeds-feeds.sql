-- What src/feeds/feeds.ts asks. Refreshed by: npm test -- test/sql/queries.test.ts --update

-- FEEDS (list-calendar-feeds)
select h.position as head, r.*
from ledger.heads as h
left join lateral (select feed_id, entity_id, manager, department, actor_type, actor_id, created_at, revoked_at, maker_id, maker_kind as maker_kind
  from ledger.calendar_feeds
  where book_id = $1
  and 1 = 1
  and token_digest is not null
  order by feed_id
  limit $2) as r on true
where h.book_id = $1
order by r.feed_id;

-- … with after, makerKind, makerId
select h.position as head, r.*
from ledger.heads as h
left join lateral (select feed_id, entity_id, manager, department, actor_type, actor_id, created_at, revoked_at, maker_id, maker_kind as maker_kind
  from ledger.calendar_feeds
  where book_id = $1
  and feed_id > $2
  and (maker_kind = $3
    and maker_id = $4)
  and token_digest is not null
  order by feed_id
  limit $5) as r on true
where h.book_id = $1
order by r.feed_id;
