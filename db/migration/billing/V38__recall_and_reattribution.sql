-- Short of credit: the counter is marked, and the mark reaches all gateways by the change log.
alter table billing.counters add column recalled_at timestamptz;
comment on column billing.counters.recalled_at is 'When a gateway last asked for more than was left while others had some on lease.';
create trigger counters_recall after update of recalled_at on billing.counters
    for each row when (old.recalled_at is distinct from new.recalled_at)
    execute function control.record_change('recall', 'id');

-- Money that was spent while promotional credit lay idle on another gateway's lease is moved over when that comes back.
alter table billing.counters add column owed_nanos bigint not null default 0;
alter table billing.counters add constraint counters_owed_nanos_check check (owed_nanos >= 0);
comment on column billing.counters.owed_nanos is 'Promotional credit: what the wallet spent in its stead, at most.';
