-- Promotional credit and budgets are counters like money, so that one hold can take from all of them or from none.
alter table billing.counters drop constraint counters_kind_check;
alter table billing.counters add constraint counters_kind_check check (kind in ('promo', 'wallet', 'credit_line', 'budget'));
-- An organisation has one wallet and one credit line in a currency, and as many budgets and grants of credit as it likes.
drop index billing.counters_tenant_id_kind_currency;
create unique index counters_tenant_id_kind_currency on billing.counters (tenant_id, kind, currency)
    where kind in ('wallet', 'credit_line');
create index counters_tenant_id on billing.counters (tenant_id);
comment on column billing.counters.kind is 'promo, wallet and credit_line pay, in this order; a budget limits what they may pay.';

-- What is spent never falls below zero and never, with what is leased, above the limit (counters_limit_check, V1).
alter table billing.counters add constraint counters_spent_nanos_check check (spent_nanos >= 0);

alter table billing.ledger_entries drop constraint ledger_entries_account_check;
alter table billing.ledger_entries add constraint ledger_entries_account_check check (account in (
    'customer_wallet', 'customer_promotion', 'customer_receivable', 'stripe_clearing', 'promotion', 'revenue',
    'absorbed_overrun', 'rounding'));
