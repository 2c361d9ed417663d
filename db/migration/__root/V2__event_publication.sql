-- Events between modules survive a crash between a commit and their listener (Spring Modulith's registry, version 2).
create table public.event_publication (
    id                     uuid primary key,
    listener_id            text        not null,
    event_type             text        not null,
    serialized_event       text        not null,
    publication_date       timestamptz not null,
    completion_date        timestamptz,
    status                 text,
    completion_attempts    int,
    last_resubmission_date timestamptz
);
create index event_publication_completion_date on public.event_publication (completion_date);
grant usage on schema public to ${app}, ${system};
