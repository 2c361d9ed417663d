-- An approval can be withdrawn; whom invoices are for is kept, so that a subscription which Stripe could not make at once
-- is made later; and an invoice stands beside our own statement to the nano, with what was carried over.
alter table billing.postpaid add column invoice_name text not null default '';
alter table billing.postpaid add column invoice_email text not null default '';
alter table billing.postpaid add column withdrawn_at timestamptz;
alter table billing.postpaid add column subscription_round int not null default 1;
alter table billing.postpaid add column subscription_ends boolean not null default false;
comment on column billing.postpaid.subscription_round is 'Which subscription this is: a new one is made when the last was ended.';

alter table billing.invoices add column our_nanos bigint not null default 0;
alter table billing.invoices add column carried_in_nanos bigint not null default 0;
alter table billing.invoices add column pay_url text;
comment on column billing.invoices.our_nanos is 'Usage of the period by our ledger; with carried_in_nanos it is our_micros and what is carried on.';

create index meter_windows_event_at on billing.meter_windows (tenant_id, event_at);
create index meter_windows_due on billing.meter_windows (next_attempt_at) where state in ('open', 'sealed');
