-- A journal whose volume is gone holds credit for ever unless a person says so; when its gateway was last heard of helps to decide.
alter table billing.journals
    add column seen_at timestamptz,
    add column lost_by uuid;
