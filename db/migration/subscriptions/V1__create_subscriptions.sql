-- Which organisation may call which offer, and how it pays.
create schema subscriptions;

create table subscriptions.subscriptions (
    tenant_id     uuid        not null,
    id            uuid        not null,
    offer_id      uuid        not null,
    plan          text        not null default 'pay_as_you_go',
    subscribed_by uuid,
    subscribed_at timestamptz not null,
    ended_at      timestamptz,
    version       bigint      not null default 0,
    constraint subscriptions_tenant_id_id_pk primary key (tenant_id, id),
    constraint subscriptions_tenant_id_fk foreign key (tenant_id) references tenancy.organisations (id),
    constraint subscriptions_offer_id_fk foreign key (offer_id) references catalog.offers (id),
    constraint subscriptions_plan_check check (plan in ('pay_as_you_go'))
);
create unique index subscriptions_tenant_id_offer_id_active on subscriptions.subscriptions (tenant_id, offer_id) where ended_at is null;
call control.protect('subscriptions.subscriptions');

create trigger subscriptions_change after insert or update or delete on subscriptions.subscriptions
    for each row execute function control.record_change('subscription', 'id');
