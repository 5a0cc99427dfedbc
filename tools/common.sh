# shellcheck shell=bash
# Words that every part uses.

# A step that takes time, with the seconds since the start.
say() { printf '\033[1m==> [%ss] %s\033[0m\n' "$SECONDS" "$*" >&2; }

die() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}

# What must happen when the script ends, last registered first.
AT_EXIT=()
at_exit() {
    AT_EXIT=("$1" "${AT_EXIT[@]}")
    trap run_at_exit EXIT
}
run_at_exit() {
    local job
    for job in "${AT_EXIT[@]}"; do $job || true; done
}
