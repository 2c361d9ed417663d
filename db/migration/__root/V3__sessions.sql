-- Signed-in people stay signed in across a restart, and any portal process can serve them (Spring Session's schema).
create table public.spring_session (
    primary_id            char(36) primary key,
    session_id            char(36) not null,
    creation_time         bigint   not null,
    last_access_time      bigint   not null,
    max_inactive_interval int      not null,
    expiry_time           bigint   not null,
    principal_name        varchar(100)
);
create unique index spring_session_session_id on public.spring_session (session_id);
create index spring_session_expiry_time on public.spring_session (expiry_time);
create index spring_session_principal_name on public.spring_session (principal_name);

create table public.spring_session_attributes (
    session_primary_id char(36)     not null references public.spring_session on delete cascade,
    attribute_name     varchar(200) not null,
    attribute_bytes    bytea        not null,
    primary key (session_primary_id, attribute_name)
);
