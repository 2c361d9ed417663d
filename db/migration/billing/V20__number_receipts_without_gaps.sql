-- A seller's receipts are numbered without gaps, which a sequence cannot promise: a payment that is rolled back would
-- leave a hole. A simulated payment takes a number of a series of its own, so that the books of real ones stay whole.
create table billing.receipt_series (
    seller    text    not null,
    simulated boolean not null,
    series    bigint  generated always as identity,
    last      bigint  not null default 0,
    constraint receipt_series_pk primary key (seller, simulated)
);
revoke all on billing.receipt_series from ${app};

-- The row stays locked until the payment is booked, so the next number waits for it.
create function billing.next_receipt_number(of_seller text, of_simulated boolean, in_year int) returns text
language plpgsql security definer set search_path = pg_catalog as $$
declare given billing.receipt_series;
begin
    insert into billing.receipt_series (seller, simulated) values (of_seller, of_simulated) on conflict do nothing;
    update billing.receipt_series set last = last + 1
    where seller = of_seller and simulated = of_simulated returning * into given;
    return (case when of_simulated then 'SIM' else 'R' end)
        || (case when given.series = (select min(series) from billing.receipt_series where simulated = of_simulated)
                 then '' else given.series::text end)
        || '-' || in_year || '-' || lpad(given.last::text, 6, '0');
end $$;
revoke all on function billing.next_receipt_number(text, boolean, int) from public;
grant execute on function billing.next_receipt_number(text, boolean, int) to ${app}, ${system};

alter table billing.receipts add column seller text not null default 'Souk';
alter table billing.receipts alter column seller drop default;
alter table billing.receipts add column simulated boolean not null default true;
alter table billing.receipts alter column simulated drop default;
alter table billing.receipts add column payment_reference text;
drop sequence billing.receipt_numbers;
