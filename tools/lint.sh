# shellcheck shell=bash
# Every checker, one after the other; the linters live in an environment of their own.

LINT=$STATE/lint

provide_linters() {
    local list=$ROOT/docker/requirements-lint.txt stamp
    stamp=$LINT/.$(stamp_of "$list")
    [ -e "$stamp" ] && return
    say "linters"
    pip_install "$LINT" -r "$list"
    touch "$stamp"
}

# check NAME COMMAND...: run one checker, remember that it complained.
check() {
    local name=$1
    shift
    say "$name"
    (cd "$ROOT" && PATH=$LINT/bin:$VENV/bin:$PATH "$@") || COMPLAINTS+=("$name")
}

scripts() { (cd "$ROOT" && printf '%s\n' mtqg .ci/run tools/*.sh docker/*.sh); }
translations() { (cd "$ROOT" && compgen -G 'odoo_addons/*/i18n/*.po*'); }

# What can be mended without thinking is, when asked to.
mend() {
    (cd "$ROOT" && "$LINT/bin/ruff" check --quiet --fix . || true)
    (cd "$ROOT" && "$LINT/bin/ruff" format .)
}

run_linters() {
    local addons po sh COMPLAINTS=()
    [ "${1:-}" != --fix ] || mend
    mapfile -t addons < <(cd "$ROOT" && printf '%s\n' odoo_addons/*/__manifest__.py | xargs -n1 dirname)
    mapfile -t po < <(translations)
    mapfile -t sh < <(scripts)
    check "ruff, rules" ruff check .
    check "ruff, layout" ruff format --check .
    # a model that outgrows its file is split by subject; a hook returns nothing
    check "pylint-odoo" pylint --rcfile=.pylintrc \
        --disable=consider-merging-classes-inherited,missing-return "${addons[@]}"
    check "OCA, modules" oca-checks-odoo-module "${addons[@]}"
    [ ${#po[@]} = 0 ] || check "OCA, translations" oca-checks-po "${po[@]}"
    check "shellcheck" shellcheck "${sh[@]}"
    check "hadolint" hadolint docker/Dockerfile
    check "compose" docker-compose -f docker/compose.yaml config -q
    check "house" "$VENV/bin/python" -m pytest -q -p no:odoo -p no:cacheprovider tests/house
    [ ${#COMPLAINTS[@]} = 0 ] || die "complaints from: $(IFS=,; echo "${COMPLAINTS[*]}")"
    say "nothing to complain about"
}
