# shellcheck shell=bash
# The two runs of the tests: without Odoo (seconds) and on a clone of the template.

PURE_PLACES=(tests/engine tests/layout tests/files tests/house)

# The folders of the Odoo run.
odoo_places() { printf '%s\n' odoo_addons/*/tests tests/journeys tests/trust; }

is_pure() {
    local place
    for place in "${PURE_PLACES[@]}"; do case $1/ in "$place"/*) return ;; esac; done
    return 1
}

# Sort the arguments: existing paths (or path::test) to the run they belong to, the rest
# to both. No path at all means every path. Fills PURE_TESTS, ODOO_TESTS, OPTIONS.
sort_tests() {
    local argument path
    PURE_TESTS=() ODOO_TESTS=() OPTIONS=()
    for argument in "$@"; do
        path=$(realpath -m --relative-to="$ROOT" -- "${argument%%::*}")
        if [[ $argument == -* || ! -e $ROOT/$path ]]; then OPTIONS+=("$argument"); else
            [[ $argument == *::* ]] && path+=::${argument#*::}
            if is_pure "$path"; then PURE_TESTS+=("$path"); else ODOO_TESTS+=("$path"); fi
        fi
    done
    [ $((${#PURE_TESTS[@]} + ${#ODOO_TESTS[@]})) = 0 ] || return 0
    for path in "${PURE_PLACES[@]}"; do [ ! -d "$ROOT/$path" ] || PURE_TESTS+=("$path"); done
    for path in $(cd "$ROOT" && odoo_places); do [ ! -d "$ROOT/$path" ] || ODOO_TESTS+=("$path"); done
}

# One pytest run. Its conftest writes "passed failed" to MTQG_TALLY; a run that ends
# badly without a failed test (a crash, a wrong option) counts as one failure. Nothing
# found (5) is no failure: the other run may have found something.
pytest_run() {
    local before rc=0
    before=$(awk '{ n += $2 } END { print n + 0 }' "$MTQG_TALLY")
    (cd "$ROOT" && PATH=$VENV/bin:$PATH "$VENV/bin/python" -m pytest -o cache_dir="$STATE/cache/pytest" "$@") || rc=$?
    if [ $rc != 0 ] && [ $rc != 5 ] && [ "$(awk '{ n += $2 } END { print n + 0 }' "$MTQG_TALLY")" = "$before" ]; then
        echo "0 1" >>"$MTQG_TALLY"
    fi
}

# Run both and end with one line that sums them up.
run_tests() {
    export MTQG_TALLY=$STATE/tally.$$
    at_exit drop_tally
    : >"$MTQG_TALLY"
    # side by side: the pure run needs no database, and is shown when the other has ended
    if [ ${#PURE_TESTS[@]} != 0 ]; then
        pytest_run -p no:odoo "${PURE_TESTS[@]}" "${OPTIONS[@]}" >"$MTQG_TALLY.pure" 2>&1 &
    fi
    if [ ${#ODOO_TESTS[@]} != 0 ]; then
        export MTQG_TEST_DB=$SCRATCH MTQG_TEMPLATE=$FULL
        pytest_run --odoo-database="$SCRATCH" --odoo-http "${ODOO_TESTS[@]}" "${OPTIONS[@]}"
    fi
    if [ ${#PURE_TESTS[@]} != 0 ]; then
        wait $!
        cat "$MTQG_TALLY.pure"
    fi
    awk '{ passed += $1; failed += $2 }
        END { printf "%d passed, %d failed\n", passed, failed; exit failed > 0 || passed == 0 }' "$MTQG_TALLY" || exit
}
drop_tally() { rm -f "$MTQG_TALLY" "$MTQG_TALLY.pure"; }
