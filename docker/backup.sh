#!/usr/bin/env bash
# Once a day: the database and the files, as one folder that appears when it is complete.
# To restore: createdb NAME; pg_restore -d NAME db.dump; unpack filestore.tar.gz into the
# folder of Odoo's files, as filestore/NAME.
set -euo pipefail
export PGPASSWORD
PGPASSWORD=$(</run/secrets/db_password)

backup() {
    local name
    name=/backups/$MTQG_DB-$(date +%Y%m%d-%H%M%S)
    mkdir "$name.part"
    pg_dump -Fc -d "$MTQG_DB" -f "$name.part/db.dump"
    # files are added only: those of a dump are all there after it
    tar -C /var/lib/odoo/filestore -czf "$name.part/filestore.tar.gz" "$MTQG_DB"
    mv "$name.part" "$name"
    find /backups -maxdepth 1 -name "$MTQG_DB-*" -mtime "+$KEEP_DAYS" -exec rm -rf {} +
}

while :; do
    backup || echo "the backup failed; the next one is tomorrow" >&2
    sleep 86400
done
