-- Double entry, append-only: every transaction sums to zero, and every business fact is posted once.
create table billing.ledger_transactions (
    tenant_id    uuid        not null,
    id           uuid        not null,
    posting_key  text        not null,
    kind         text        not null,
    currency     char(3)     not null,
    description  text        not null,
    occurred_at  timestamptz not null,
    constraint ledger_transactions_tenant_id_id_pk primary key (tenant_id, id),
    constraint ledger_transactions_tenant_id_posting_key_key unique (tenant_id, posting_key),
    constraint ledger_transactions_kind_check check (kind in ('top_up', 'usage', 'invoice', 'adjustment'))
);
create index ledger_transactions_occurred_at on billing.ledger_transactions (tenant_id, occurred_at);
comment on column billing.ledger_transactions.posting_key is 'The business fact, such as topup:<payment intent>: a repeated webhook cannot post it twice.';
call control.protect('billing.ledger_transactions');

create table billing.ledger_entries (
    tenant_id      uuid   not null,
    id             uuid   not null,
    transaction_id uuid   not null,
    account        text   not null,
    amount_nanos   bigint not null,
    constraint ledger_entries_tenant_id_id_pk primary key (tenant_id, id),
    constraint ledger_entries_transaction_id_fk foreign key (tenant_id, transaction_id) references billing.ledger_transactions (tenant_id, id),
    constraint ledger_entries_account_check check (account in ('customer_wallet', 'customer_receivable', 'stripe_clearing', 'revenue', 'absorbed_overrun', 'rounding'))
);
create index ledger_entries_transaction_id on billing.ledger_entries (tenant_id, transaction_id);
comment on column billing.ledger_entries.amount_nanos is 'Credit positive, debit negative: a customer''s wallet is the sum of its entries.';
call control.protect('billing.ledger_entries');

create trigger ledger_transactions_append_only before update or delete on billing.ledger_transactions
    for each row execute function control.refuse_change();
create trigger ledger_entries_append_only before update or delete on billing.ledger_entries
    for each row execute function control.refuse_change();

create function billing.refuse_unbalanced() returns trigger language plpgsql as $$
declare total numeric;
begin
    select sum(amount_nanos) into total from billing.ledger_entries
    where tenant_id = new.tenant_id and transaction_id = new.transaction_id;
    if total <> 0 then
        raise exception 'ledger transaction % sums to %, not to zero', new.transaction_id, total using errcode = 'check_violation';
    end if;
    return null;
end $$;
create constraint trigger ledger_entries_balanced after insert on billing.ledger_entries
    deferrable initially deferred for each row execute function billing.refuse_unbalanced();
