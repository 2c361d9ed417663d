-- The programs of an organisation that call the management API: OAuth clients that it makes and revokes itself.
create table tenancy.api_clients (
    tenant_id   uuid        not null,
    id          uuid        not null,
    client_id   text        not null,
    name        text        not null,
    scopes      text        not null,
    secret_hash text        not null,
    created_by  uuid        not null,
    created_at  timestamptz not null,
    revoked_at  timestamptz,
    version     bigint      not null default 0,
    constraint api_clients_tenant_id_id_pk primary key (tenant_id, id),
    constraint api_clients_client_id_key unique (client_id),
    constraint api_clients_tenant_id_fk foreign key (tenant_id) references tenancy.organisations (id),
    constraint api_clients_name_check check (length(name) between 1 and 100)
);
call control.protect('tenancy.api_clients');
comment on column tenancy.api_clients.scopes is 'Separated by single spaces, as in a token.';

alter table tenancy.members add column version bigint not null default 0;
alter table tenancy.invitations add column version bigint not null default 0;
alter table tenancy.projects add column version bigint not null default 0;
create index audit_log_tenant_id_recorded_at on tenancy.audit_log (tenant_id, recorded_at desc);
revoke update, delete on tenancy.audit_log from ${app};
