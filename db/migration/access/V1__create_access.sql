-- API keys. Only the hash of a key is kept: the key itself is shown once.
create schema access;

create table access.api_keys (
    tenant_id   uuid        not null,
    id          uuid        not null,
    project_id  uuid        not null,
    name        text        not null,
    start       text        not null,
    secret_hash bytea       not null,
    kind        text        not null default 'issued',
    sealed      bytea,
    created_by  uuid,
    created_at  timestamptz not null,
    expires_at  timestamptz,
    revoked_at  timestamptz,
    version     bigint      not null default 0,
    constraint api_keys_tenant_id_id_pk primary key (tenant_id, id),
    constraint api_keys_secret_hash_key unique (secret_hash),
    constraint api_keys_tenant_id_project_id_fk foreign key (tenant_id, project_id) references tenancy.projects (tenant_id, id),
    constraint api_keys_kind_check check (kind in ('issued', 'portal')),
    constraint api_keys_name_check check (length(name) between 1 and 100),
    constraint api_keys_secret_hash_check check (length(secret_hash) = 32)
);
comment on column access.api_keys.start is 'The first characters, enough for a person to recognise the key.';
comment on column access.api_keys.secret_hash is 'SHA-256 of the whole key.';
comment on column access.api_keys.sealed is 'Encrypted, and only for the portal''s own key behind "Try it"; an issued key is never kept.';
create unique index api_keys_tenant_id_portal on access.api_keys (tenant_id) where kind = 'portal' and revoked_at is null;
call control.protect('access.api_keys');

create trigger api_keys_change after insert or update or delete on access.api_keys
    for each row execute function control.record_change('key', 'id');
