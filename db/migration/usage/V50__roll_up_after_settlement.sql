-- A call used to change three sums when it was settled, which was most of what settling it cost. Calls are now settled
-- first and rolled up some seconds later, many at a time; what is not rolled up yet is told by its batch and added when read.
alter table usage.calls add column batch_id bigint;
comment on column usage.calls.batch_id is 'The settlement that wrote it; none where the call was rolled up in that very transaction.';

create table usage.fresh_batches (
    id     bigint      not null generated always as identity,
    calls  int         not null,
    oldest timestamptz not null,
    newest timestamptz not null,
    constraint fresh_batches_id_pk primary key (id),
    constraint fresh_batches_newest_check check (newest >= oldest)
);
comment on table usage.fresh_batches is 'Batches whose calls are settled and not rolled up. A batch leaves in the transaction that rolls it up.';
comment on column usage.fresh_batches.oldest is 'The earliest start of a call in it.';
revoke insert, update, delete on usage.fresh_batches from ${app};

-- What was used by day, offer and key, to the last settled call. A function in SQL, so that it becomes part of the query
-- that asks, with that query's tenant and the rights of whoever asks.
create function usage.by_day() returns table (
    tenant_id uuid, bucket timestamptz, offer_id uuid, key_id uuid, project_id uuid, currency bpchar,
    calls bigint, failed bigint, input bigint, output bigint, other bigint, charge_nanos bigint)
language sql stable as $$
    select r.tenant_id, r.bucket, r.offer_id, r.key_id, r.project_id, r.currency,
           r.calls, r.failed, r.input, r.output, r.other, r.charge_nanos
    from usage.rollups r where r.grain = 'day'
    union all
    select c.tenant_id, date_trunc('day', c.started_at, 'UTC'), c.offer_id, c.key_id, c.project_id, c.currency,
           1::bigint, case when c.reason = 'completed' then 0::bigint else 1::bigint end,
           c.input + c.cache_read + c.cache_write_5m + c.cache_write_1h, c.output + c.reasoning, c.audio + c.image, c.charge_nanos
    from usage.calls c
    where c.batch_id = any (array(select b.id from usage.fresh_batches b))
      and c.started_at >= (select min(b.oldest) from usage.fresh_batches b)
$$;

-- A day's row is changed again and again and none of its indexed columns ever is: room beside it keeps the change in its page.
alter table usage.rollups set (fillfactor = 50);
