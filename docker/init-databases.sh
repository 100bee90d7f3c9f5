#!/bin/sh
# Run once by the Postgres image, on an empty data folder: a database and a user of its own for each server, closed to the others.
set -eu

create() {
  psql --quiet --no-psqlrc --username "$POSTGRES_USER" --set ON_ERROR_STOP=1 --set name="$1" --set password="$2" <<'SQL'
CREATE ROLE :"name" LOGIN PASSWORD :'password';
CREATE DATABASE :"name" OWNER :"name";
REVOKE ALL ON DATABASE :"name" FROM PUBLIC;
SQL
}

create tegata_authentication "$AUTHENTICATION_DATABASE_PASSWORD"
create tegata_relay "$RELAY_DATABASE_PASSWORD"
create tegata_management_aozora "$AOZORA_DATABASE_PASSWORD"
create tegata_management_minato "$MINATO_DATABASE_PASSWORD"
