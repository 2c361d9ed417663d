-- A statement would otherwise add up every settlement of its days: a busy organisation has hundreds of thousands of them.
-- Entries are never changed, so their sums by day are exact for ever.
create table billing.ledger_days (
    tenant_id    uuid    not null,
    day          date    not null,
    account      text    not null,
    kind         text    not null,
    currency     char(3) not null,
    amount_nanos bigint  not null,
    entries      bigint  not null,
    constraint ledger_days_pk primary key (tenant_id, account, day, kind, currency)
);
call control.protect('billing.ledger_days');

create function billing.sum_ledger_days() returns trigger language plpgsql as $$
begin
    insert into billing.ledger_days as d (tenant_id, day, account, kind, currency, amount_nanos, entries)
    select e.tenant_id, (t.occurred_at at time zone 'UTC')::date, e.account, t.kind, t.currency, sum(e.amount_nanos), count(*)
    from new_entries e join billing.ledger_transactions t on t.tenant_id = e.tenant_id and t.id = e.transaction_id
    where e.account in ('customer_wallet', 'customer_receivable')
    group by 1, 2, 3, 4, 5 order by 1, 2, 3, 4, 5
    on conflict (tenant_id, account, day, kind, currency)
    do update set amount_nanos = d.amount_nanos + excluded.amount_nanos, entries = d.entries + excluded.entries;
    return null;
end $$;
create trigger ledger_entries_days after insert on billing.ledger_entries
    referencing new table as new_entries for each statement execute function billing.sum_ledger_days();

insert into billing.ledger_days (tenant_id, day, account, kind, currency, amount_nanos, entries)
select e.tenant_id, (t.occurred_at at time zone 'UTC')::date, e.account, t.kind, t.currency, sum(e.amount_nanos), count(*)
from billing.ledger_entries e join billing.ledger_transactions t on t.tenant_id = e.tenant_id and t.id = e.transaction_id
where e.account in ('customer_wallet', 'customer_receivable')
group by 1, 2, 3, 4, 5;

create index ledger_transactions_single on billing.ledger_transactions (tenant_id, occurred_at) where kind <> 'usage';
