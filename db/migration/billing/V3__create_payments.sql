-- Money in, through Stripe: top-ups and their receipts, webhooks as received, and usage on its way to Stripe's meter.
create table billing.top_ups (
    tenant_id           uuid        not null,
    id                  uuid        not null,
    form_key            uuid        not null,
    amount_minor        bigint      not null,
    currency            char(3)     not null,
    state               text        not null,
    problem             text,
    checkout_session_id text,
    payment_intent_id   text,
    requested_by        uuid,
    requested_at        timestamptz not null,
    ended_at            timestamptz,
    version             bigint      not null default 0,
    constraint top_ups_tenant_id_id_pk primary key (tenant_id, id),
    constraint top_ups_tenant_id_form_key_key unique (tenant_id, form_key),
    constraint top_ups_checkout_session_id_key unique (checkout_session_id),
    constraint top_ups_amount_minor_check check (amount_minor > 0),
    constraint top_ups_state_check check (state in ('requested', 'open', 'paid', 'cancelled', 'expired', 'failed')),
    constraint top_ups_tenant_id_fk foreign key (tenant_id) references billing.accounts (tenant_id)
);
comment on column billing.top_ups.form_key is 'Made with the form, so that a double click is one top-up.';
call control.protect('billing.top_ups');

create table billing.receipts (
    tenant_id    uuid        not null,
    number       text        not null,
    top_up_id    uuid        not null,
    amount_minor bigint      not null,
    currency     char(3)     not null,
    issued_at    timestamptz not null,
    billed_to    text        not null,
    card         text,
    constraint receipts_tenant_id_number_pk primary key (tenant_id, number),
    constraint receipts_number_key unique (number),
    constraint receipts_top_up_id_key unique (tenant_id, top_up_id),
    constraint receipts_top_up_id_fk foreign key (tenant_id, top_up_id) references billing.top_ups (tenant_id, id)
);
create sequence billing.receipt_numbers;
call control.protect('billing.receipts');

create table billing.stripe_events (
    id           text        not null,
    type         text        not null,
    object_id    text        not null,
    received_at  timestamptz not null,
    state        text        not null,
    attempts     int         not null default 0,
    next_attempt_at timestamptz not null,
    problem      text,
    constraint stripe_events_id_pk primary key (id),
    constraint stripe_events_state_check check (state in ('received', 'applied', 'ignored', 'failed'))
);
create index stripe_events_due on billing.stripe_events (next_attempt_at) where state = 'received';
comment on table billing.stripe_events is 'Webhooks as received, once each; what they say is read anew from Stripe.';
revoke all on billing.stripe_events from ${app};

-- One row per account and sealed window; the identifier makes a repeated delivery harmless.
create table billing.meter_windows (
    tenant_id    uuid        not null,
    id           uuid        not null,
    window_start timestamptz not null,
    nanos        bigint      not null,
    micros       bigint,
    identifier   text        not null,
    state        text        not null,
    attempts     int         not null default 0,
    next_attempt_at timestamptz not null,
    delivered_at timestamptz,
    problem      text,
    constraint meter_windows_tenant_id_id_pk primary key (tenant_id, id),
    constraint meter_windows_identifier_key unique (identifier),
    constraint meter_windows_tenant_id_window_start_key unique (tenant_id, window_start),
    constraint meter_windows_state_check check (state in ('open', 'sealed', 'delivered', 'failed')),
    constraint meter_windows_tenant_id_fk foreign key (tenant_id) references billing.accounts (tenant_id)
);
call control.protect('billing.meter_windows');

create table billing.postpaid (
    id                     uuid        not null,
    tenant_id              uuid        not null,
    approved_by            uuid,
    approved_at            timestamptz not null,
    credit_line_nanos      bigint      not null,
    stripe_subscription_id text,
    sealed_nanos           bigint      not null default 0,
    sealed_micros          bigint      not null default 0,
    version                bigint      not null default 0,
    constraint postpaid_id_pk primary key (id),
    constraint postpaid_tenant_id_key unique (tenant_id),
    constraint postpaid_tenant_id_fk foreign key (tenant_id) references billing.accounts (tenant_id)
);
comment on column billing.postpaid.sealed_nanos is 'All usage ever sealed; sealed_micros is its whole micro-units, so the remainder is carried.';
call control.protect('billing.postpaid');

create table billing.invoices (
    tenant_id         uuid        not null,
    id                uuid        not null,
    stripe_invoice_id text        not null,
    state             text        not null,
    period_start      timestamptz not null,
    period_end        timestamptz not null,
    metered_micros    bigint      not null,
    our_micros        bigint      not null,
    total_minor       bigint      not null,
    currency          char(3)     not null,
    recorded_at       timestamptz not null,
    paid_at           timestamptz,
    version           bigint      not null default 0,
    constraint invoices_tenant_id_id_pk primary key (tenant_id, id),
    constraint invoices_stripe_invoice_id_key unique (stripe_invoice_id),
    constraint invoices_tenant_id_fk foreign key (tenant_id) references billing.accounts (tenant_id)
);
call control.protect('billing.invoices');
