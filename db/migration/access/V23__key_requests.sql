-- A program that lost the answer to "create a key" asks again; by the name that it gave its request one key comes of it.
create table access.key_requests (
    tenant_id   uuid        not null,
    name        text        not null,
    fingerprint bytea       not null,
    key_id      uuid        not null,
    made_at     timestamptz not null,
    constraint key_requests_tenant_id_name_pk primary key (tenant_id, name),
    constraint key_requests_key_id_fk foreign key (tenant_id, key_id) references access.api_keys (tenant_id, id)
        deferrable initially deferred,
    constraint key_requests_name_check check (length(name) between 1 and 255)
);
comment on column access.key_requests.name is 'What was sent as Idempotency-Key; kept for a day.';
comment on column access.key_requests.fingerprint is 'SHA-256 of what was asked for, never of a secret.';
call control.protect('access.key_requests');
