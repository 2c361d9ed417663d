-- What is on offer and at what price. The catalogue belongs to the platform, not to a tenant.
create schema catalog;

create table catalog.offers (
    id                uuid        not null,
    model             text        not null,
    title             text        not null,
    publisher         text        not null,
    task              text        not null,
    summary           text        not null default '',
    card              text        not null default '',
    licence           text        not null default '',
    context_tokens    int,
    max_output_tokens int,
    state             text        not null,
    tested_at         timestamptz,
    live_at           timestamptz,
    withdrawn_at      timestamptz,
    created_at        timestamptz not null,
    changed_at        timestamptz not null,
    version           bigint      not null default 0,
    constraint offers_id_pk primary key (id),
    constraint offers_model_key unique (model),
    constraint offers_model_check check (model ~ '^[a-z0-9][a-z0-9._:/-]{0,99}$'),
    constraint offers_task_check check (task in ('chat', 'embeddings', 'summarization')),
    constraint offers_state_check check (state in ('draft', 'live', 'withdrawn')),
    constraint offers_context_tokens_check check (context_tokens > 0),
    constraint offers_max_output_tokens_check check (max_output_tokens > 0)
);
comment on column catalog.offers.model is 'The name that callers send as "model".';

create table catalog.price_versions (
    id         uuid        not null,
    offer_id   uuid        not null,
    number     int         not null,
    currency   char(3)     not null,
    starts_at  timestamptz not null,
    created_at timestamptz not null,
    created_by uuid,
    constraint price_versions_id_pk primary key (id),
    constraint price_versions_offer_id_number_key unique (offer_id, number),
    constraint price_versions_offer_id_fk foreign key (offer_id) references catalog.offers (id),
    constraint price_versions_number_check check (number > 0)
);

create table catalog.prices (
    price_version_id uuid   not null,
    token_class      text   not null,
    micros_per_million bigint not null,
    constraint prices_price_version_id_token_class_pk primary key (price_version_id, token_class),
    constraint prices_price_version_id_fk foreign key (price_version_id) references catalog.price_versions (id),
    constraint prices_token_class_check check (token_class in ('INPUT', 'CACHE_READ', 'CACHE_WRITE_5M', 'CACHE_WRITE_1H',
        'OUTPUT', 'REASONING', 'AUDIO', 'IMAGE', 'REQUEST', 'SECOND')),
    constraint prices_micros_per_million_check check (micros_per_million between 0 and 10000000000000)
);
comment on column catalog.prices.micros_per_million is 'Micro-units (1e-6) of currency per million of the class; for REQUEST, per million requests. Count x price is exact in pico-units.';

-- Once in force, a price is what customers were charged by: it is never edited, a new version follows it.
create function catalog.refuse_price_in_force() returns trigger language plpgsql as $$
declare started timestamptz;
begin
    if tg_table_name = 'price_versions' then
        started := old.starts_at;
    else
        select starts_at into started from catalog.price_versions where id = old.price_version_id;
    end if;
    if started <= now() then
        raise exception 'price version in force since %: make a new version instead', started using errcode = 'restrict_violation';
    end if;
    return case tg_op when 'DELETE' then old else new end;
end $$;
create trigger price_versions_in_force before update or delete on catalog.price_versions
    for each row execute function catalog.refuse_price_in_force();
create trigger prices_in_force before update or delete on catalog.prices
    for each row execute function catalog.refuse_price_in_force();

create trigger offers_change after insert or update or delete on catalog.offers
    for each row execute function control.record_change('offer', 'id');
create trigger price_versions_change after insert or update or delete on catalog.price_versions
    for each row execute function control.record_change('offer', 'offer_id');
