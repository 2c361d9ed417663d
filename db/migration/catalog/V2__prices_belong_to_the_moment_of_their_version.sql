-- A version in force could still have gained a class: its prices are inserted with it, in one transaction, or never.
create function catalog.refuse_later_price() returns trigger language plpgsql as $$
begin
    if not exists (select from catalog.price_versions
                   where id = new.price_version_id and xmin = pg_current_xact_id()::xid) then
        raise exception 'a price version is complete when it is made: make a new version instead' using errcode = 'restrict_violation';
    end if;
    return new;
end $$;
create trigger prices_later before insert on catalog.prices
    for each row execute function catalog.refuse_later_price();
