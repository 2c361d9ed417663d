-- Credit that whoever runs this Souk gives away. Each grant is a counter of its own, so that each can expire by itself.
create table billing.promotions (
    tenant_id     uuid        not null,
    counter_id    uuid        not null,
    granted_nanos bigint      not null,
    currency      char(3)     not null,
    reason        text        not null,
    granted_by    uuid        not null,
    granted_at    timestamptz not null,
    expires_at    timestamptz,
    expired_at    timestamptz,
    constraint promotions_tenant_id_counter_id_pk primary key (tenant_id, counter_id),
    constraint promotions_counter_id_fk foreign key (tenant_id, counter_id) references billing.counters (tenant_id, id),
    constraint promotions_granted_nanos_check check (granted_nanos > 0),
    constraint promotions_reason_check check (length(reason) between 1 and 200),
    constraint promotions_expires_at_check check (expires_at > granted_at)
);
create index promotions_expires_at on billing.promotions (expires_at) where expires_at is not null;
comment on column billing.promotions.expired_at is 'When calls were no longer paid from it; what gateways still had on lease comes back after that.';
call control.protect('billing.promotions');

-- An expired grant no longer pays, and gateways must know.
create trigger promotions_change after insert or update on billing.promotions
    for each row execute function control.record_change('account', 'tenant_id');

-- A grant that is used up is not asked about any more.
create trigger counters_used_up after update of spent_nanos on billing.counters
    for each row when (new.kind = 'promo' and new.spent_nanos >= new.limit_nanos and old.spent_nanos < old.limit_nanos)
    execute function billing.record_new_counter();
