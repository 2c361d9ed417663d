-- Credit: what may be spent, what was, and what gateways have taken out on lease. Billing owns all of it.
create schema billing;

create table billing.accounts (
    id                 uuid        not null,
    tenant_id          uuid        not null,
    currency           char(3)     not null,
    mode               text        not null default 'prepaid',
    stripe_customer_id text,
    opened_at          timestamptz not null,
    version            bigint      not null default 0,
    constraint accounts_id_pk primary key (id),
    constraint accounts_tenant_id_key unique (tenant_id),
    constraint accounts_tenant_id_fk foreign key (tenant_id) references tenancy.organisations (id),
    constraint accounts_stripe_customer_id_key unique (stripe_customer_id),
    constraint accounts_mode_check check (mode in ('prepaid', 'postpaid'))
);
call control.protect('billing.accounts');

create table billing.counters (
    tenant_id    uuid    not null,
    id           uuid    not null,
    kind         text    not null,
    currency     char(3) not null,
    limit_nanos  bigint  not null default 0,
    spent_nanos  bigint  not null default 0,
    leased_nanos bigint  not null default 0,
    constraint counters_tenant_id_id_pk primary key (tenant_id, id),
    constraint counters_id_key unique (id),
    constraint counters_tenant_id_fk foreign key (tenant_id) references tenancy.organisations (id),
    constraint counters_kind_check check (kind in ('wallet', 'credit_line')),
    constraint counters_leased_nanos_check check (leased_nanos >= 0),
    constraint counters_limit_check check (spent_nanos + leased_nanos <= limit_nanos)
);
create unique index counters_tenant_id_kind_currency on billing.counters (tenant_id, kind, currency);
comment on column billing.counters.limit_nanos is 'Wallet: credits received net of refunds. Credit line: the line granted plus invoices paid.';
call control.protect('billing.counters');

-- Which counters an organisation's calls are paid from decides what a gateway holds: the account's mode and its counters.
create trigger accounts_change after insert or update or delete on billing.accounts
    for each row execute function control.record_change('account', 'tenant_id');
create function billing.record_new_counter() returns trigger language plpgsql security definer set search_path = control, pg_catalog as $$
begin
    insert into control.changes (kind, id) values ('account', new.tenant_id);
    return null;
end $$;
create trigger counters_change after insert on billing.counters
    for each row execute function billing.record_new_counter();
-- More credit wakes a gateway that has just refused for want of it.
create trigger counters_limit_change after update of limit_nanos on billing.counters
    for each row when (old.limit_nanos is distinct from new.limit_nanos)
    execute function control.record_change('counter', 'id');

create table billing.journals (
    id         uuid        not null,
    state      text        not null,
    drained_to bigint      not null default 0,
    opened_at  timestamptz not null,
    closed_at  timestamptz,
    constraint journals_id_pk primary key (id),
    constraint journals_state_check check (state in ('live', 'sealed', 'drained', 'lost'))
);

create table billing.leases (
    tenant_id     uuid   not null,
    journal_id    uuid   not null,
    counter_id    uuid   not null,
    granted_nanos bigint not null default 0,
    settled_nanos bigint not null default 0,
    constraint leases_pk primary key (tenant_id, journal_id, counter_id),
    constraint leases_journal_id_fk foreign key (journal_id) references billing.journals (id),
    constraint leases_counter_id_fk foreign key (tenant_id, counter_id) references billing.counters (tenant_id, id),
    constraint leases_granted_check check (granted_nanos >= settled_nanos and settled_nanos >= 0)
);
create index leases_journal_id on billing.leases (journal_id);
call control.protect('billing.leases');

-- A grant or a return whose commit was not heard of is looked up here by its id.
create table billing.lease_moves (
    tenant_id    uuid        not null,
    id           uuid        not null,
    journal_id   uuid        not null,
    counter_id   uuid        not null,
    amount_nanos bigint      not null,
    moved_at     timestamptz not null,
    constraint lease_moves_tenant_id_id_pk primary key (tenant_id, id)
);
create index lease_moves_moved_at on billing.lease_moves (moved_at);
call control.protect('billing.lease_moves');

-- Calls whose records could not be settled (an implausible date, a lost tenant) wait here for a person.
create table billing.quarantine (
    tenant_id   uuid        not null,
    call_id     uuid        not null,
    journal_id  uuid        not null,
    problem     text        not null,
    record      jsonb       not null,
    recorded_at timestamptz not null,
    constraint quarantine_tenant_id_call_id_pk primary key (tenant_id, call_id)
);
call control.protect('billing.quarantine');
