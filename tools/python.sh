# shellcheck shell=bash
# The Python environment: pinned packages, and Odoo's sources on its path.

pip_install() {
    local environment=$1
    shift
    [ -x "$environment/bin/python" ] || python3 -m venv "$environment"
    "$environment/bin/pip" -qq --disable-pip-version-check install "$@"
}

# A stamp of what was installed: another list of packages means another installation.
stamp_of() { cat "$@" | sha256sum | cut -c1-16; }

# The packages of these lists, once.
provide_packages() {
    local limits=$ROOT/docker/constraints.txt stamp
    local lists=("${@/#/$ROOT/docker/requirements-}")
    lists=("${lists[@]/%/.txt}")
    stamp=$VENV/.$(stamp_of "$limits" "${lists[@]}")
    [ -e "$stamp" ] && return
    say "Python packages ($*)"
    pip_install "$VENV" -c "$limits" "${lists[@]/#/--requirement=}"
    touch "$stamp"
}

# Write a file at once, so that nobody ever reads half of it.
write_file() {
    cat >"$1.$$"
    mv "$1.$$" "$1"
}

provide_python() {
    local sources=$1 site
    provide_packages odoo addons
    [ "${2:-}" != tests ] || provide_packages test
    if [ "$sources" = /usr/lib/python3/dist-packages ]; then
        # only Odoo of the system's packages, not all of them
        mkdir -p "$STATE/odoolink"
        ln -sfn "$sources/odoo" "$STATE/odoolink/odoo"
        sources=$STATE/odoolink
    fi
    site=$("$VENV/bin/python" -c 'import site; print(site.getsitepackages()[0])')
    write_file "$site/odoo19.pth" <<<"$sources"
    # a script, not `python -m odoo`: with workers, Odoo starts sys.argv[0] once more for
    # the websocket process
    write_file "$VENV/bin/odoo" <<P
#!$VENV/bin/python
from odoo.cli import main
main()
P
    chmod +x "$VENV/bin/odoo"
}

odoo() { "$VENV/bin/odoo" "$@"; }
