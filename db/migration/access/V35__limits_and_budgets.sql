-- How much a key, a project, an organisation may ask for in a minute and at once, and what each may spend.
create table access.rate_limits (
    tenant_id           uuid        not null,
    id                  uuid        not null,
    scope               text        not null,
    subject_id          uuid        not null,
    requests_per_minute bigint      not null default 0,
    tokens_per_minute   bigint      not null default 0,
    concurrent_calls    int         not null default 0,
    set_by              uuid,
    set_at              timestamptz not null,
    version             bigint      not null default 0,
    constraint rate_limits_tenant_id_id_pk primary key (tenant_id, id),
    constraint rate_limits_tenant_id_subject_id_key unique (tenant_id, subject_id),
    constraint rate_limits_tenant_id_fk foreign key (tenant_id) references tenancy.organisations (id),
    constraint rate_limits_scope_check check (scope in ('key', 'project', 'organisation')),
    constraint rate_limits_organisation_check check (scope <> 'organisation' or subject_id = tenant_id),
    constraint rate_limits_requests_per_minute_check check (requests_per_minute between 0 and 1000000000000),
    constraint rate_limits_tokens_per_minute_check check (tokens_per_minute between 0 and 1000000000000),
    constraint rate_limits_concurrent_calls_check check (concurrent_calls >= 0)
);
comment on column access.rate_limits.subject_id is 'The key, the project, or the organisation itself.';
comment on column access.rate_limits.requests_per_minute is 'Zero where there is no limit; so are the other two.';
call control.protect('access.rate_limits');
create trigger rate_limits_change after insert or update or delete on access.rate_limits
    for each row execute function control.record_change('limit', 'subject_id');

-- What every organisation may ask of one model. It belongs to the platform, not to a tenant.
create table access.model_limits (
    offer_id            uuid        not null,
    requests_per_minute bigint      not null default 0,
    tokens_per_minute   bigint      not null default 0,
    concurrent_calls    int         not null default 0,
    set_by              uuid        not null,
    set_at              timestamptz not null,
    constraint model_limits_offer_id_pk primary key (offer_id),
    constraint model_limits_offer_id_fk foreign key (offer_id) references catalog.offers (id),
    constraint model_limits_requests_per_minute_check check (requests_per_minute between 0 and 1000000000000),
    constraint model_limits_tokens_per_minute_check check (tokens_per_minute between 0 and 1000000000000),
    constraint model_limits_concurrent_calls_check check (concurrent_calls >= 0)
);
revoke all on access.model_limits from ${app};
create trigger model_limits_change after insert or update or delete on access.model_limits
    for each row execute function control.record_change('limit', 'offer_id');

create table access.budgets (
    tenant_id    uuid        not null,
    id           uuid        not null,
    scope        text        not null,
    subject_id   uuid        not null,
    period       text        not null,
    hard         boolean     not null,
    amount_nanos bigint      not null,
    currency     char(3)     not null,
    set_by       uuid,
    set_at       timestamptz not null,
    version      bigint      not null default 0,
    constraint budgets_tenant_id_id_pk primary key (tenant_id, id),
    constraint budgets_tenant_id_subject_id_period_key unique (tenant_id, subject_id, period),
    constraint budgets_tenant_id_fk foreign key (tenant_id) references tenancy.organisations (id),
    constraint budgets_scope_check check (scope in ('key', 'project', 'organisation')),
    constraint budgets_organisation_check check (scope <> 'organisation' or subject_id = tenant_id),
    constraint budgets_period_check check (period in ('day', 'month', 'total')),
    constraint budgets_amount_nanos_check check (amount_nanos > 0)
);
create index budgets_hard on access.budgets (subject_id) where hard;
comment on column access.budgets.hard is 'Calls are refused at its end; otherwise people are told.';
comment on column access.budgets.period is 'Days and months of UTC, as in all reports.';
call control.protect('access.budgets');
create trigger budgets_change after insert or update or delete on access.budgets
    for each row execute function control.record_change('budget', 'subject_id');

-- People are told once in a window that a budget is nearly, and then wholly, used up.
create table access.budget_notices (
    tenant_id   uuid        not null,
    budget_id   uuid        not null,
    starts_at   timestamptz not null,
    percent     int         not null,
    spent_nanos bigint      not null,
    noticed_at  timestamptz not null,
    constraint budget_notices_pk primary key (tenant_id, budget_id, starts_at, percent),
    constraint budget_notices_budget_id_fk foreign key (tenant_id, budget_id) references access.budgets (tenant_id, id) on delete cascade,
    constraint budget_notices_percent_check check (percent in (80, 100))
);
call control.protect('access.budget_notices');
