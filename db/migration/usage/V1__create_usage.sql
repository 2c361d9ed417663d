-- Every finished call, once, and its roll-ups, written by the settlement transaction and never from a clock of its own.
create schema usage;

create table usage.calls (
    tenant_id         uuid        not null,
    started_at        timestamptz not null,
    call_id           uuid        not null,
    journal_id        uuid        not null,
    request_id        text        not null,
    key_id            uuid        not null,
    project_id        uuid        not null,
    offer_id          uuid        not null,
    subscription_id   uuid        not null,
    price_version_id  uuid        not null,
    backend_id        uuid,
    model             text        not null,
    operation         text        not null,
    stream            boolean     not null,
    status            int         not null,
    reason            text        not null,
    source            text        not null,
    input             bigint      not null default 0,
    cache_read        bigint      not null default 0,
    cache_write_5m    bigint      not null default 0,
    cache_write_1h    bigint      not null default 0,
    output            bigint      not null default 0,
    reasoning         bigint      not null default 0,
    audio             bigint      not null default 0,
    image             bigint      not null default 0,
    requests          bigint      not null default 0,
    seconds           bigint      not null default 0,
    currency          char(3)     not null,
    cost_picos        numeric(38) not null,
    charge_nanos      bigint      not null,
    held_nanos        bigint      not null,
    absorbed_nanos    bigint      not null default 0,
    attempts          int         not null,
    first_byte_ms     int,
    total_ms          int         not null,
    ended_at          timestamptz not null,
    settled_at        timestamptz not null,
    ledger_transaction_id uuid,
    constraint calls_tenant_id_started_at_call_id_pk primary key (tenant_id, started_at, call_id),
    constraint calls_charge_nanos_check check (charge_nanos >= 0 and charge_nanos <= held_nanos)
) partition by range (started_at);
create index calls_tenant_id_key_id on usage.calls (tenant_id, key_id, started_at);
create index calls_started_at on usage.calls (started_at);
call control.protect('usage.calls');
create trigger calls_append_only before update or delete on usage.calls
    for each row execute function control.refuse_change();

-- Partitions exist ahead of time; the worker adds months with this, the migration the first ones.
create procedure usage.ensure_month(month date) language plpgsql security definer set search_path = usage, pg_catalog as $$
declare first date := date_trunc('month', month)::date;
begin
    if to_regclass(format('usage.calls_%s', to_char(first, 'YYYY_MM'))) is null then
        execute format('create table usage.calls_%s partition of usage.calls for values from (%L) to (%L)',
            to_char(first, 'YYYY_MM'), first, (first + interval '1 month')::date);
        execute format('alter table usage.calls_%s enable row level security', to_char(first, 'YYYY_MM'));
        execute format('alter table usage.calls_%s force row level security', to_char(first, 'YYYY_MM'));
    end if;
end $$;
do $$ begin
    for month in -1..3 loop
        call usage.ensure_month((now() + make_interval(months => month))::date);
    end loop;
end $$;

create table usage.rollups (
    tenant_id    uuid        not null,
    grain        text        not null,
    bucket       timestamptz not null,
    offer_id     uuid        not null,
    key_id       uuid        not null,
    project_id   uuid        not null,
    currency     char(3)     not null,
    calls        bigint      not null,
    failed       bigint      not null,
    input        bigint      not null,
    output       bigint      not null,
    other        bigint      not null,
    charge_nanos bigint      not null,
    constraint rollups_pk primary key (tenant_id, grain, bucket, offer_id, key_id, project_id, currency),
    constraint rollups_grain_check check (grain in ('minute', 'hour', 'day'))
);
comment on column usage.rollups.input is 'Input of every class: fresh, cache reads and cache writes.';
comment on column usage.rollups.output is 'Output and reasoning.';
call control.protect('usage.rollups');
