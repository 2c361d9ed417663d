-- A server that can do so many calls at once and no more is not asked for more; and admins see how each gateway finds
-- its backends, which only the gateways know.
alter table supply.backends add column max_calls int;
alter table supply.backends add constraint backends_max_calls_check check (max_calls between 1 and 100000);
comment on column supply.backends.max_calls is 'Calls at once from each gateway; null for the gateway''s own number.';

create table supply.backend_reports (
    gateway_id      uuid        not null,
    backend_id      uuid        not null,
    gateway         text        not null,
    breaker         text        not null,
    running         int         not null,
    room            int         not null,
    recent          int         not null,
    failed          int         not null,
    rests_until     timestamptz,
    last_failure    text,
    last_failure_at timestamptz,
    reported_at     timestamptz not null,
    constraint backend_reports_gateway_id_backend_id_pk primary key (gateway_id, backend_id),
    constraint backend_reports_backend_id_fk foreign key (backend_id) references supply.backends (id) on delete cascade,
    constraint backend_reports_breaker_check check (breaker in ('closed', 'open', 'half_open'))
);
comment on table supply.backend_reports is 'The last word of each gateway about each backend; gone with the gateway.';
create index backend_reports_backend_id on supply.backend_reports (backend_id);
