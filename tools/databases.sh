# shellcheck shell=bash
# Databases, each made once and cloned:
#   mtqg_base_<hash>  Odoo with the modules that the addons depend on, in two languages
#   mtqg_full_<hash>  the same with the addons and the demonstration province
#   mtqg              the served one, a clone of full; updated when the addons changed
#   mtqg_test_<pid>   a throw-away clone of full (also mtqg_bench_<pid>)
# A database under construction is called mtqg_build_*, and renamed when it is complete:
# after kill -9 the next run builds that one again and keeps the others.

# the first one is the default of new users
LANGUAGES=vi_VN,en_US
TEMPLATE_REVISION=2 # raise it when the way templates are built changes

write_conf() {
    local path=$ADDONS
    # in a git checkout, the addons of Odoo lie beside its package
    [ -d "$1/addons/web/static" ] && path+=,$1/addons
    export ODOO_RC=$STATE/odoo.conf
    (umask 077 && write_file "$ODOO_RC") <<C
[options]
addons_path = $path
data_dir = $STATE/data
db_host = $PGHOST
db_port = ${PGPORT:-5432}
db_user = ${PGUSER:-odoo}
http_interface = ${MTQG_BIND:-127.0.0.1}
unaccent = True
workers = 0
max_cron_threads = 1
limit_time_real = 600
limit_memory_hard = 0
screenshots = $STATE/screenshots
${PGPASSWORD:+db_password = $PGPASSWORD}
C
}

sql() { PGOPTIONS='--client-min-messages=warning' psql -qtAX -v ON_ERROR_STOP=1 -d postgres -c "$1"; }
has_db() { [ "$(sql "select 1 from pg_database where datname = '$1'")" = 1 ]; }
databases_like() { sql "select datname from pg_database where datname ~ '$1'"; }

drop_db() {
    sql "drop database if exists \"$1\" with (force)"
    rm -rf "$STATE/data/filestore/$1"
}

# Files first: a clone that exists is a complete one.
clone_db() {
    local store=$STATE/data/filestore
    rm -rf "${store:?}/$2"
    [ ! -d "$store/$1" ] || cp -al "$store/$1" "$store/$2"
    sql "create database \"$2\" template \"$1\""
}

rename_db() {
    local store=$STATE/data/filestore
    rm -rf "${store:?}/$2"
    [ ! -d "$store/$1" ] || mv "$store/$1" "$store/$2"
    sql "alter database \"$1\" rename to \"$2\""
}

short_hash() { sha256sum | cut -c1-10; }
modules() { (cd "$ADDONS" && printf '%s\n' */__manifest__.py | cut -d/ -f1 | paste -sd,); }

# The modules that our addons ask for, without our addons.
foreign_modules() {
    "$VENV/bin/python" - "$ADDONS" <<'P'
import ast, pathlib, sys

manifests = {
    path.parent.name: ast.literal_eval(path.read_text(encoding="utf-8"))
    for path in pathlib.Path(sys.argv[1]).glob("*/__manifest__.py")
}
depends = {name for manifest in manifests.values() for name in manifest.get("depends", ["base"])}
print(",".join(sorted(depends - set(manifests))))
P
}

odoo_version() { cat "$STATE/odoo19/.done" 2>/dev/null || cat "$ODOO/odoo/release.py"; }

# Every file of the addons counts, but for their tests.
addons_hash() {
    (cd "$ADDONS" && find . -type f ! -path '*/tests/*' ! -path '*/__pycache__/*' -print0 |
        sort -z | xargs -0 sha256sum) | short_hash
}

install() {
    odoo -d "$1" -i "$2" --with-demo --load-language="$LANGUAGES" --stop-after-init --no-http \
        --log-level="$LOG"
}

build_base() {
    local old
    for old in $(databases_like '^mtqg_(base|full|build)_'); do drop_db "$old"; done
    say "installing $1 into a template database"
    # the warnings of Odoo's own modules are not ours to mend
    install mtqg_build_base "$1" >"$STATE/base.log" 2>&1 || {
        tail -30 "$STATE/base.log" >&2
        die "Odoo's own modules could not be installed"
    }
    rename_db mtqg_build_base "$BASE"
}

build_full() {
    local old
    for old in $(databases_like '^mtqg_(full|build)_'); do drop_db "$old"; done
    say "installing $(modules)"
    clone_db "$BASE" mtqg_build_full
    install mtqg_build_full "$(modules)"
    odoo shell -d mtqg_build_full --no-http --log-level="$LOG" <"$ROOT/tools/prepare.py" >/dev/null
    rename_db mtqg_build_full "$FULL"
}

# Fill BASE and FULL with the names of the templates.
name_templates() {
    FOREIGN=$(foreign_modules)
    BASE=mtqg_base_$(printf '%s|' "$(odoo_version)" "$FOREIGN" "$LANGUAGES" "$TEMPLATE_REVISION" | short_hash)
    FULL=mtqg_full_$(printf '%s|' "$BASE" "$(addons_hash)" "$(stamp_of "$ROOT/tools/prepare.py")" | short_hash)
}

# Make the templates that are missing.
provide_templates() {
    name_templates
    has_db "$FULL" && return
    has_db "$BASE" || build_base "$FOREIGN"
    build_full
}

# The comment on the served database says which template it corresponds to.
served_state() { sql "select shobj_description(oid, 'pg_database') from pg_database where datname = '$DB'"; }

make_served() {
    provide_templates
    drop_db mtqg_build_served # of a set-up that was killed here
    clone_db "$FULL" mtqg_build_served
    sql "comment on database mtqg_build_served is '$FULL'"
    rename_db mtqg_build_served "$DB"
}

update_served() {
    say "updating the addons in $DB"
    odoo -d "$DB" -i "$(modules)" -u "$(modules)" --stop-after-init --no-http --log-level="$LOG"
    sql "comment on database \"$DB\" is '$FULL'"
}

provide_served() {
    name_templates
    if ! has_db "$DB"; then make_served; fi
    [ "$(served_state)" = "$FULL" ] || update_served
    # where wkhtmltopdf finds the styles of a report: this very server
    psql -qd "$DB" -c "update ir_config_parameter set value = 'http://127.0.0.1:$PORT' where key = 'report.url'"
}

# Clone a throw-away database into SCRATCH; those of runs that were killed go first.
open_scratch() {
    local old pid
    for old in $(databases_like '^mtqg_(test|bench)_[0-9]+'); do
        pid=${old#mtqg_*_}
        kill -0 "${pid%%[!0-9]*}" 2>/dev/null || drop_db "$old"
    done
    provide_templates
    SCRATCH=mtqg_$1_$$
    clone_db "$FULL" "$SCRATCH"
    at_exit drop_scratch
}
drop_scratch() { drop_db "$SCRATCH"; }
