-- Organisations and who may do what in them. An organisation is a tenant.
create schema tenancy;

create table tenancy.organisations (
    id         uuid        not null,
    tenant_id  uuid        not null,
    name       text        not null,
    created_at timestamptz not null,
    version    bigint      not null default 0,
    constraint organisations_id_pk primary key (id),
    constraint organisations_tenant_id_check check (tenant_id = id),
    constraint organisations_name_check check (length(name) between 1 and 100)
);
comment on column tenancy.organisations.tenant_id is 'The organisation itself: the column every tenant table has.';
call control.protect('tenancy.organisations');

create table tenancy.members (
    tenant_id  uuid        not null,
    account_id uuid        not null,
    role       text        not null,
    joined_at  timestamptz not null,
    constraint members_tenant_id_account_id_pk primary key (tenant_id, account_id),
    constraint members_tenant_id_fk foreign key (tenant_id) references tenancy.organisations (id),
    constraint members_role_check check (role in ('owner', 'billing', 'developer'))
);
create index members_account_id on tenancy.members (account_id);
call control.protect('tenancy.members');

create table tenancy.projects (
    tenant_id  uuid        not null,
    id         uuid        not null,
    name       text        not null,
    created_at timestamptz not null,
    constraint projects_tenant_id_id_pk primary key (tenant_id, id),
    constraint projects_tenant_id_name_key unique (tenant_id, name),
    constraint projects_tenant_id_fk foreign key (tenant_id) references tenancy.organisations (id)
);
call control.protect('tenancy.projects');

create table tenancy.invitations (
    tenant_id   uuid        not null,
    id          uuid        not null,
    email       text        not null,
    role        text        not null,
    token_hash  bytea       not null,
    invited_by  uuid        not null,
    created_at  timestamptz not null,
    expires_at  timestamptz not null,
    accepted_at timestamptz,
    revoked_at  timestamptz,
    constraint invitations_tenant_id_id_pk primary key (tenant_id, id),
    constraint invitations_token_hash_key unique (token_hash),
    constraint invitations_tenant_id_fk foreign key (tenant_id) references tenancy.organisations (id),
    constraint invitations_role_check check (role in ('owner', 'billing', 'developer'))
);
call control.protect('tenancy.invitations');

create table tenancy.audit_log (
    tenant_id   uuid        not null,
    id          uuid        not null,
    account_id  uuid,
    action      text        not null,
    subject     text        not null,
    recorded_at timestamptz not null,
    constraint audit_log_tenant_id_id_pk primary key (tenant_id, id)
);
call control.protect('tenancy.audit_log');
