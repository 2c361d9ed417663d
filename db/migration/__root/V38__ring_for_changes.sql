-- A change wakes whoever listens. The log stays what is read: a call that is lost costs time and nothing else.
create function control.ring() returns trigger language plpgsql as $$
begin
    perform pg_notify('souk_changes', '');
    return null;
end $$;
create trigger changes_ring after insert on control.changes for each statement execute function control.ring();
