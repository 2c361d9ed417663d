-- A month began at midnight of whoever's session made it, so two machines could make months that overlap or leave a gap;
-- and anybody could make one. Months are UTC's, and only jobs make them.
create or replace procedure usage.ensure_month(month date) language plpgsql security definer
    set search_path = usage, pg_catalog set timezone = 'UTC' as $$
declare first date := date_trunc('month', month)::date;
begin
    if to_regclass(format('usage.calls_%s', to_char(first, 'YYYY_MM'))) is null then
        execute format('create table usage.calls_%s partition of usage.calls for values from (%L) to (%L)',
            to_char(first, 'YYYY_MM'), first, (first + interval '1 month')::date);
        execute format('alter table usage.calls_%s enable row level security', to_char(first, 'YYYY_MM'));
        execute format('alter table usage.calls_%s force row level security', to_char(first, 'YYYY_MM'));
    end if;
end $$;
revoke all on procedure usage.ensure_month(date) from public;
grant execute on procedure usage.ensure_month(date) to ${system};

do $$
declare month regclass;
begin
    if not exists (select from usage.calls) then
        for month in select inhrelid::regclass from pg_inherits where inhparent = 'usage.calls'::regclass loop
            execute format('drop table %s', month);
        end loop;
    end if;
    for ahead in -1..3 loop
        call usage.ensure_month(((now() at time zone 'UTC') + make_interval(months => ahead))::date);
    end loop;
end $$;
