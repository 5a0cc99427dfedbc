#!/usr/bin/env bash
# One-shot: makes the database with the addons, or updates them in it.
set -euo pipefail
addons=mtqg_disbursement,mtqg_reports
export PGHOST=$HOST PGUSER=$USER PGPASSWORD
PGPASSWORD=$(<"$PASSWORD_FILE")

# The base image's entry point gives `odoo` the database's address and password.
odoo() { /entrypoint.sh odoo "$@" -d "$MTQG_DB" --no-http --workers=0; }

# A database counts as made once Odoo's installation in it went to its end.
is_made() {
    [ "$(psql -qtAX -d "$MTQG_DB" -c "select to_regclass('ir_module_module') is not null" 2>/dev/null)" = t ] &&
        [ "$(psql -qtAX -d "$MTQG_DB" -c "select count(*) from ir_module_module
            where name in ('mtqg_disbursement', 'mtqg_reports') and state = 'installed'")" = 2 ]
}

if is_made; then
    odoo -u "$addons" --stop-after-init
else
    demo=()
    [ "${MTQG_DEMO:-0}" = 0 ] || demo=(--with-demo)
    odoo -i "$addons" --load-language=vi_VN,en_US "${demo[@]}" --stop-after-init
fi
# wkhtmltopdf fetches the styles of a report inside the container
odoo shell <<'P'
env["ir.config_parameter"].set_param("report.url", "http://127.0.0.1:8069")
env.cr.commit()
P
