# shellcheck shell=bash
# Debian packages: as root they are installed, otherwise they are named.

# The newest PostgreSQL server of the machine, or nothing.
pg_bin() {
    local found=${PG_BIN:-} folder
    [ -n "$found" ] || for folder in $(printf '%s\n' /usr/lib/postgresql/*/bin | sort -V); do
        if [ -x "$folder/initdb" ] && [ -x "$folder/postgres" ]; then found=$folder; fi
    done
    echo "$found"
}

has() { command -v "$1" >/dev/null; }
has_file() { compgen -G "$1" >/dev/null; }

missing_packages() {
    python3 -c 'import ensurepip' 2>/dev/null || echo python3-venv
    has wkhtmltopdf || echo wkhtmltopdf
    has psql || echo postgresql-client
    [ -n "${PGHOST:-}" ] || [ -n "$(pg_bin)" ] || printf '%s\n' postgresql postgresql-contrib
    # fonts with every Vietnamese letter, for PDF and for the screens
    has_file '/usr/share/fonts/truetype/liberation*/LiberationSerif-Regular.ttf' || echo fonts-liberation
    has_file /usr/share/fonts/truetype/dejavu/DejaVuSans.ttf || echo fonts-dejavu-core
}

missing_test_packages() {
    has chromium || has google-chrome || echo chromium
    has pdftotext || echo poppler-utils
    # what Playwright's driver is linked with
    has_file '/usr/lib/*/libatomic.so.1' || echo libatomic1
}

provide_system() {
    local need
    mapfile -t need < <(missing_packages; [ "${1:-}" != tests ] || missing_test_packages)
    [ ${#need[@]} = 0 ] && return
    if ! has apt-get || [ "$(id -u)" != 0 ]; then die "please install: ${need[*]}"; fi
    say "installing ${need[*]}"
    # this project starts a PostgreSQL of its own: none is wanted on port 5432
    if [ ! -e /etc/postgresql-common/createcluster.conf ]; then
        mkdir -p /etc/postgresql-common
        echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.conf
    fi
    export DEBIAN_FRONTEND=noninteractive
    apt-get -qq update
    apt-get -qq install -y --no-install-recommends -o Dpkg::Options::=--force-confold \
        -o Dpkg::Use-Pty=0 "${need[@]}" >"$STATE/apt.log" 2>&1 && return
    tail -20 "$STATE/apt.log" >&2
    die "apt-get install failed"
}
