-- Where models run: addresses, credentials (encrypted) and how they answered last.
create schema supply;

create table supply.backends (
    id             uuid        not null,
    offer_id       uuid        not null,
    name           text        not null,
    base_url       text        not null,
    dialect        text        not null,
    upstream_model text        not null,
    credential     bytea,
    priority       int         not null default 1,
    weight         int         not null default 1,
    enabled        boolean     not null default true,
    created_at     timestamptz not null,
    version        bigint      not null default 0,
    constraint backends_id_pk primary key (id),
    constraint backends_offer_id_fk foreign key (offer_id) references catalog.offers (id),
    constraint backends_dialect_check check (dialect in ('openai', 'huggingface')),
    constraint backends_priority_check check (priority between 1 and 100),
    constraint backends_weight_check check (weight between 1 and 1000)
);
comment on column supply.backends.credential is 'AES-GCM under the installation''s key; never shown again.';
create index backends_offer_id on supply.backends (offer_id);

create table supply.backend_health (
    backend_id uuid        not null,
    state      text        not null,
    since      timestamptz not null,
    checked_at timestamptz not null,
    latency_ms int,
    problem    text,
    constraint backend_health_backend_id_pk primary key (backend_id),
    constraint backend_health_backend_id_fk foreign key (backend_id) references supply.backends (id) on delete cascade,
    constraint backend_health_state_check check (state in ('up', 'down'))
);

create trigger backends_change after insert or update or delete on supply.backends
    for each row execute function control.record_change('offer', 'offer_id');

create function supply.record_health_change() returns trigger language plpgsql security definer set search_path = control, pg_catalog as $$
begin
    if tg_op = 'INSERT' or old.state is distinct from new.state then
        insert into control.changes (kind, id) select 'offer', offer_id from supply.backends where id = new.backend_id;
    end if;
    return null;
end $$;
create trigger backend_health_change after insert or update on supply.backend_health
    for each row execute function supply.record_health_change();
