# shellcheck shell=bash
# PostgreSQL: an external server when PGHOST is set, else a cluster in .odoo/pg on a
# unix socket, which stops when its last user leaves.

# PostgreSQL refuses uid 0. As root it runs in a user namespace as uid 1000: its files
# stay root's, no account is made, and any folder will do.
as_postgres() {
    if [ "$(id -u)" != 0 ]; then
        "$@"
    elif unshare --user --map-user=1000 --map-group=1000 true 2>/dev/null; then
        unshare --user --map-user=1000 --map-group=1000 -- "$@"
    else
        setpriv --reuid=65534 --regid=65534 --clear-groups \
            --inh-caps=+dac_override --ambient-caps=+dac_override -- "$@"
    fi
}

# Short, because the path of a socket holds 107 bytes at most.
socket_folder() {
    echo "/tmp/mtqg-$(id -u)-$(printf %s "$STATE" | sha256sum | cut -c1-8)"
}

make_cluster() {
    local data=$1 bin=$2
    say "PostgreSQL cluster ($bin)"
    rm -rf "$data"
    mkdir -m 700 "$data"
    as_postgres test -O "$data" || chown 65534:65534 "$data"
    if ! as_postgres "$bin/initdb" -D "$data" -U odoo -A trust -E UTF8 --locale=C.UTF-8 \
        >"$STATE/initdb.log" 2>&1; then
        cat "$STATE/initdb.log" >&2
        die "initdb failed"
    fi
    # a development cluster: it survives kill -9, but not a power cut
    cat >>"$data/postgresql.conf" <<'C'
listen_addresses = ''
unix_socket_permissions = 0700
shared_buffers = 256MB
work_mem = 16MB
maintenance_work_mem = 128MB
fsync = off
synchronous_commit = off
full_page_writes = off
wal_level = minimal
max_wal_senders = 0
C
    touch "$data/.done"
}

start_postgres() {
    [ -n "${PGHOST:-}" ] && return
    local data=$STATE/pg bin
    bin=$(pg_bin)
    export PGHOST PGPORT=5432 PGUSER=odoo
    PGHOST=$(socket_folder)
    [ -e "$data/.done" ] || make_cluster "$data" "$bin"
    [ -d "$PGHOST" ] || mkdir -m 700 "$PGHOST"
    chown --reference="$data" "$PGHOST"
    # every user of the server holds a shared lock
    exec 8>"$STATE/pg.users"
    flock -s 8
    at_exit stop_postgres
    as_postgres "$bin/pg_ctl" -D "$data" status >/dev/null 2>&1 && return
    rm -f "$data/postmaster.pid"
    # the server must not inherit the locks, or it would hold them for ever
    if ! as_postgres "$bin/pg_ctl" -s -w -D "$data" -l "$data/server.log" -o "-k $PGHOST" \
        start 8>&- 9>&-; then
        tail "$data/server.log" >&2
        die "PostgreSQL did not start"
    fi
}

stop_postgres() {
    flock -n -x 8 || return 0
    as_postgres "$(pg_bin)/pg_ctl" -s -m fast -D "$STATE/pg" stop
}

# For `clean`: whoever still uses the server loses it.
stop_postgres_now() {
    as_postgres "$(pg_bin)/pg_ctl" -s -m immediate -D "$STATE/pg" stop >/dev/null 2>&1 || true
    rm -rf "$(socket_folder)"
}
