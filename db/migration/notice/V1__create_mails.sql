-- Mails wait here from the transaction that caused them until a mail server took them. Requests may only add.
create schema notice;

create table notice.mails (
    id           uuid        not null,
    recipient    text        not null,
    subject      text        not null,
    body         text        not null,
    created_at   timestamptz not null,
    next_try_at  timestamptz not null,
    tries        int         not null default 0,
    sent_at      timestamptz,
    given_up_at  timestamptz,
    last_problem text,
    constraint mails_id_pk primary key (id)
);
create index mails_next_try_at on notice.mails (next_try_at) where sent_at is null and given_up_at is null;
create index mails_created_at on notice.mails (created_at desc);
revoke select, update, delete on notice.mails from ${app};
comment on column notice.mails.body is 'Emptied once sent: it may carry a link that opens an account.';
