-- The counter of a budget that must not be exceeded, one for each of its windows, made ahead of the window.
create table billing.budget_windows (
    tenant_id    uuid        not null,
    counter_id   uuid        not null,
    budget_id    uuid        not null,
    subject_id   uuid        not null,
    starts_at    timestamptz not null,
    ends_at      timestamptz,
    wanted_nanos bigint      not null,
    shrinking    boolean     not null default false,
    constraint budget_windows_tenant_id_counter_id_pk primary key (tenant_id, counter_id),
    constraint budget_windows_tenant_id_budget_id_starts_at_key unique (tenant_id, budget_id, starts_at),
    constraint budget_windows_counter_id_fk foreign key (tenant_id, counter_id) references billing.counters (tenant_id, id),
    constraint budget_windows_ends_at_check check (ends_at > starts_at),
    constraint budget_windows_wanted_nanos_check check (wanted_nanos > 0)
);
create index budget_windows_budget_id on billing.budget_windows (budget_id, ends_at);
create index budget_windows_shrinking on billing.budget_windows (counter_id) where shrinking;
comment on column billing.budget_windows.subject_id is 'Whose spending is limited: gateways read a subject''s budgets anew when this changes.';
comment on column billing.budget_windows.wanted_nanos is 'What the budget says. The counter''s limit is above it while more was spent or is on lease.';
comment on column billing.budget_windows.shrinking is 'Whether the counter''s limit is to come down to what is wanted as leases come back.';
call control.protect('billing.budget_windows');
create trigger budget_windows_change after insert or delete on billing.budget_windows
    for each row execute function control.record_change('budget', 'subject_id');

-- A new budget is no new way to pay: gateways need not read the account anew.
drop trigger counters_change on billing.counters;
create trigger counters_change after insert on billing.counters
    for each row when (new.kind <> 'budget') execute function billing.record_new_counter();
