-- People, how they prove who they are, and what signs the tokens of the authorization server. An account is global: it may
-- be a member of several organisations, so no table here has a tenant.
create schema identity;

create table identity.accounts (
    id             uuid        not null,
    email          text        not null,
    password_hash  text,
    name           text        not null,
    platform_admin boolean     not null default false,
    verified_at    timestamptz,
    created_at     timestamptz not null,
    version        bigint      not null default 0,
    constraint accounts_id_pk primary key (id),
    constraint accounts_email_key unique (email),
    constraint accounts_email_check check (email = lower(email) and length(email) between 3 and 254),
    constraint accounts_name_check check (length(name) between 1 and 100)
);
comment on column identity.accounts.password_hash is 'Null for a person who signs in by another provider only.';

create table identity.tokens (
    token_hash bytea       not null,
    account_id uuid        not null,
    purpose    text        not null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    used_at    timestamptz,
    constraint tokens_token_hash_pk primary key (token_hash),
    constraint tokens_account_id_fk foreign key (account_id) references identity.accounts (id) on delete cascade,
    constraint tokens_purpose_check check (purpose in ('verify', 'reset'))
);
create index tokens_account_id on identity.tokens (account_id);
comment on table identity.tokens is 'What a mailed link proves. Only the hash is kept; each works once.';

create table identity.attempts (
    id      uuid        not null,
    kind    text        not null,
    subject text        not null,
    at      timestamptz not null,
    constraint attempts_id_pk primary key (id)
);
create index attempts_kind_subject_at on identity.attempts (kind, subject, at);
comment on table identity.attempts is 'What is throttled, by whom or from where. Rows older than a day are swept.';

create table identity.federated_identities (
    provider   text        not null,
    subject    text        not null,
    account_id uuid        not null,
    linked_at  timestamptz not null,
    constraint federated_identities_provider_subject_pk primary key (provider, subject),
    constraint federated_identities_account_id_fk foreign key (account_id) references identity.accounts (id) on delete cascade
);
create index federated_identities_account_id on identity.federated_identities (account_id);

create table identity.signing_keys (
    id         uuid        not null,
    sealed     bytea       not null,
    created_at timestamptz not null,
    constraint signing_keys_id_pk primary key (id)
);
comment on column identity.signing_keys.sealed is 'The private key (JWK), encrypted under the key for secrets at rest.';

-- Spring Authorization Server's own tables; it names them without a schema.
create table public.oauth2_authorization (
    id                            varchar(100) primary key,
    registered_client_id          varchar(100) not null,
    principal_name                varchar(200) not null,
    authorization_grant_type      varchar(100) not null,
    authorized_scopes             varchar(1000),
    attributes                    text,
    state                         varchar(500),
    authorization_code_value      text,
    authorization_code_issued_at  timestamptz,
    authorization_code_expires_at timestamptz,
    authorization_code_metadata   text,
    access_token_value            text,
    access_token_issued_at        timestamptz,
    access_token_expires_at       timestamptz,
    access_token_metadata         text,
    access_token_type             varchar(100),
    access_token_scopes           varchar(1000),
    oidc_id_token_value           text,
    oidc_id_token_issued_at       timestamptz,
    oidc_id_token_expires_at      timestamptz,
    oidc_id_token_metadata        text,
    refresh_token_value           text,
    refresh_token_issued_at       timestamptz,
    refresh_token_expires_at      timestamptz,
    refresh_token_metadata        text,
    user_code_value               text,
    user_code_issued_at           timestamptz,
    user_code_expires_at          timestamptz,
    user_code_metadata            text,
    device_code_value             text,
    device_code_issued_at         timestamptz,
    device_code_expires_at        timestamptz,
    device_code_metadata          text
);
create index oauth2_authorization_state on public.oauth2_authorization (state);
create index oauth2_authorization_code on public.oauth2_authorization (authorization_code_value);
create index oauth2_authorization_access_token on public.oauth2_authorization using hash (access_token_value);

create table public.oauth2_authorization_consent (
    registered_client_id varchar(100)  not null,
    principal_name       varchar(200)  not null,
    authorities          varchar(1000) not null,
    primary key (registered_client_id, principal_name)
);
