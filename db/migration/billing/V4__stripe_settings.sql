-- What Stripe gives once and is needed again: the signing secret of our webhook endpoint, the meter and its price.
create table billing.stripe_settings (
    name  text  not null,
    value bytea not null,
    constraint stripe_settings_name_pk primary key (name)
);
comment on column billing.stripe_settings.value is 'Encrypted under the installation''s key.';
revoke all on billing.stripe_settings from ${app};

alter table billing.top_ups add column checkout_url text;

-- The moment that the usage of a window is reported for, on the payment provider's clock; fixed when it is sealed.
alter table billing.meter_windows add column event_at timestamptz;
