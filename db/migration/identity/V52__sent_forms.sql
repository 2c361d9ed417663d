-- A double click or a reload sends a form twice; what it makes is made once.
create table identity.sent_forms (
    account_id uuid        not null,
    form       uuid        not null,
    sent_at    timestamptz not null,
    constraint sent_forms_account_id_form_pk primary key (account_id, form),
    constraint sent_forms_account_id_fk foreign key (account_id) references identity.accounts (id) on delete cascade
);
comment on table identity.sent_forms is 'Forms that did their work, by the id that their page gave them; kept for a day.';
