-- The local Stripe promises what Stripe promises: an object that was answered is still there after a kill. It keeps
-- whole documents, because Stripe's objects, not ours, decide their fields. Organisations never read these tables.
create schema local_stripe;

create table local_stripe.objects (
    id         text   not null,
    type       text   not null,
    seq        bigint generated always as identity,
    created    bigint not null,
    test_clock text,
    due_at     bigint,
    body       jsonb  not null,
    constraint objects_id_pk primary key (id)
);
create index objects_type_seq on local_stripe.objects (type, seq);
create index objects_type_customer on local_stripe.objects (type, (body ->> 'customer'));
create index objects_due_at on local_stripe.objects (due_at) where due_at is not null;

create table local_stripe.meter_events (
    seq         bigint  generated always as identity,
    identifier  text    not null,
    meter       text    not null,
    customer    text    not null,
    happened_at bigint  not null,
    received_at bigint  not null,
    value       numeric not null,
    constraint meter_events_seq_pk primary key (seq)
);
create index meter_events_identifier on local_stripe.meter_events (identifier, received_at);
create index meter_events_meter_customer on local_stripe.meter_events (meter, customer, happened_at);

create table local_stripe.deliveries (
    seq             bigint generated always as identity,
    event           text   not null,
    endpoint        text   not null,
    attempts        int    not null default 0,
    next_attempt_at bigint,
    delivered_at    bigint,
    last_outcome    text,
    constraint deliveries_seq_pk primary key (seq)
);
create index deliveries_next_attempt_at on local_stripe.deliveries (next_attempt_at) where next_attempt_at is not null;
create index deliveries_event on local_stripe.deliveries (event);

create table local_stripe.idempotency_keys (
    key         text   not null,
    fingerprint text   not null,
    status      int    not null,
    body        text   not null,
    used_at     bigint not null,
    constraint idempotency_keys_key_pk primary key (key)
);

create table local_stripe.settings (
    name  text not null,
    value text not null,
    constraint settings_name_pk primary key (name)
);

revoke all on all tables in schema local_stripe from ${app};
revoke all on schema local_stripe from ${app};
