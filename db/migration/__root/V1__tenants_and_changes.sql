-- What every module's schema stands on: the tenant of a transaction, one way to protect a tenant's table, and the log
-- by which changes reach the gateways.
create schema control;

alter default privileges grant usage on schemas to ${app}, ${system};
alter default privileges grant select, insert, update, delete on tables to ${app}, ${system};
alter default privileges grant usage, select on sequences to ${app}, ${system};
grant usage on schema control to ${app}, ${system};

-- The empty text is what the setting reads after its transaction, so it counts as "none" too.
create function control.tenant() returns uuid language sql stable as
$$ select nullif(current_setting('souk.tenant', true), '')::uuid $$;

create procedure control.protect(tenant_table regclass) language plpgsql as $$
begin
    execute format('alter table %s enable row level security', tenant_table);
    execute format('alter table %s force row level security', tenant_table);
    execute format('create policy tenant on %s to ${app} using (tenant_id = control.tenant()) '
                   'with check (tenant_id = control.tenant())', tenant_table);
    execute format('create policy system on %s to ${system} using (true) with check (true)', tenant_table);
end $$;

create table control.changes (
    seq         bigint generated always as identity,
    xid         xid8        not null default pg_current_xact_id(),
    kind        text        not null,
    id          uuid        not null,
    recorded_at timestamptz not null default now(),
    constraint changes_seq_pk primary key (seq)
);
create index changes_xid on control.changes (xid);
comment on table control.changes is 'What gateways must read anew. Read by transaction-id horizon: sequence order is not commit order.';
revoke insert, update, delete on control.changes from ${app};

-- Use: create trigger ... execute function control.record_change('<kind>', '<column with the id>').
create function control.record_change() returns trigger language plpgsql security definer set search_path = control, pg_catalog as $$
begin
    insert into control.changes (kind, id)
    values (tg_argv[0], (to_jsonb(coalesce(new, old)) ->> tg_argv[1])::uuid);
    return null;
end $$;

create function control.refuse_change() returns trigger language plpgsql as $$
begin
    raise exception '% on %.% refused: its rows are never changed, a correction is a new row', tg_op, tg_table_schema, tg_table_name
        using errcode = 'restrict_violation';
end $$;
