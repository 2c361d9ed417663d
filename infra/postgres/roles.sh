#!/bin/sh
# Makes Souk's three roles in an empty PostgreSQL: the owner migrates, the other two serve and own nothing.
set -eu
psql -v ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" --dbname "${POSTGRES_DB:-souk}" \
    -v owner="$SOUK_OWNER_PASSWORD" -v app="$SOUK_APP_PASSWORD" -v system="$SOUK_SYSTEM_PASSWORD" <<'SQL'
create role souk_owner login password :'owner';
create role souk_app login password :'app';
create role souk_system login password :'system';
select format('alter database %I owner to souk_owner', current_database()) \gexec
SQL
