# shellcheck shell=bash
# Odoo 19: one that is named, one that is installed, or Debian's own package unpacked.

is_odoo19() {
    [ -f "$1/odoo/release.py" ] && grep -Eq 'version_info = \(19, *0' "$1/odoo/release.py"
}

# The folder of the `odoo` that the system's python3 imports, or nothing.
installed_odoo() {
    (cd / && python3 - 2>/dev/null) <<'P' || true
import importlib.util, os
spec = importlib.util.find_spec("odoo")
if spec:
    print(os.path.dirname(list(spec.submodule_search_locations)[0]))
P
}

# The folder P with P/odoo/release.py.
odoo_path() {
    local installed
    if [ -n "${ODOO_PATH:-}" ]; then
        is_odoo19 "$ODOO_PATH" || die "ODOO_PATH=$ODOO_PATH holds no Odoo 19.0"
        echo "$ODOO_PATH"
        return
    fi
    installed=$(installed_odoo)
    if [ -n "$installed" ] && is_odoo19 "$installed"; then echo "$installed"; else
        echo "$STATE/odoo19/usr/lib/python3/dist-packages"
    fi
}

# The Debian packages whose files Odoo's pages need, each with its suite. Font Awesome
# must have the 4.7 layout, which is that of the stable release.
odoo_packages() {
    local stable=$1
    printf '%s\n' odoo-19/sid fonts-montserrat/sid fonts-inconsolata/sid \
        {fonts-font-awesome,libjs-jquery,libjs-jquery-form,libjs-underscore}/"$stable" \
        {fonts-roboto-unhinted,fonts-ocr-b,fonts-glyphicons-halflings}/"$stable"
}

# apt with sources, lists and cache of its own: the machine's are not touched.
private_apt() {
    local tool=$1
    shift
    "$tool" -q -o Dir::Etc::sourcelist="$APT/sources.list" -o Dir::Etc::sourceparts=/dev/null \
        -o Dir::Etc::preferences=/dev/null -o Dir::Etc::preferencesparts=/dev/null \
        -o Dir::State="$APT/state" -o Dir::State::status=/var/lib/dpkg/status \
        -o Dir::Cache="$APT/cache" -o Acquire::Languages=none -o Acquire::Retries=3 \
        -o APT::Sandbox::User="$(id -un)" "$@"
}

# Name the sources: the mirror and the release that this machine already uses, and sid.
write_sources() {
    local key=/usr/share/keyrings/debian-archive-keyring.gpg stable=$1 mirror
    # shellcheck disable=SC2016 # apt fills these in
    mirror=$(apt-get indextargets --format '$(RELEASE) $(SITE)' 'Created-By: Packages' |
        awk -v release="$stable" '$1 == release { print $2; exit }')
    [ -n "$mirror" ] || die "apt has no source for $stable"
    mkdir -p "$APT/state/lists/partial" "$APT/cache/archives/partial" "$APT/debs"
    printf "deb [signed-by=$key] $mirror %s main\n" "$stable" sid >"$APT/sources.list"
}

# Download one package into an empty folder and compare it with the signed index: apt
# takes a file that already lies there on its size alone.
fetch_package() {
    local package=$1 name=${1%/*} want got
    [ -e "$APT/debs/$name.ok" ] && return
    rm -rf "$APT/debs/$name"
    mkdir "$APT/debs/$name"
    (cd "$APT/debs/$name" && private_apt apt-get download -qq "$package")
    want=$(private_apt apt-cache show "$name=$(dpkg-deb -f "$APT/debs/$name"/*.deb Version)" |
        awk '/^SHA256:/ { print $2; exit }')
    got=$(sha256sum "$APT/debs/$name"/*.deb | cut -d' ' -f1)
    if [ -z "$want" ] || [ "$want" != "$got" ]; then
        die "$name: the checksum is $got, the signed index says ${want:-nothing}"
    fi
    mv "$APT/debs/$name"/*.deb "$APT/debs/"
    touch "$APT/debs/$name.ok"
}

# Of the translations only Vietnamese is kept: 380 MB instead of 1.1 GB.
unpack_package() {
    local lib=./usr/lib/python3/dist-packages
    dpkg-deb --fsys-tarfile "$1" | tar -x -C "$2" --no-same-owner --wildcards \
        --exclude='./usr/share/doc*' --exclude='./etc' --exclude='./lib/*' \
        --exclude="$lib/addons" --exclude="$lib/doc" --exclude="$lib/setup" \
        --exclude='*/i18n/[a-u]*.po' --exclude='*/i18n/[w-z]*.po' \
        --exclude='*/i18n_extra/[a-u]*.po' --exclude='*/i18n_extra/[w-z]*.po'
}

# A bundle names this file (background blur in calls), which Debian leaves out; without
# it every page logs an error in the browser's console.
add_missing_script() {
    local folder=$1/usr/lib/python3/dist-packages/odoo/addons/mail/static/lib/selfie_segmentation
    [ -e "$folder/selfie_segmentation.js" ] && return
    mkdir -p "$folder"
    echo '/* not shipped by Debian */' >"$folder/selfie_segmentation.js"
}

provide_odoo() {
    [ -e "$STATE/odoo19/.done" ] && return
    local stable package new=$STATE/odoo19.new APT=$STATE/apt
    if [ ! -r /usr/share/keyrings/debian-archive-keyring.gpg ] || ! has dpkg-deb; then
        die "not a Debian machine: set ODOO_PATH to a folder with Odoo 19.0, or use docker/"
    fi
    # shellcheck source=/dev/null
    stable=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
    write_sources "$stable"
    say "fetching Odoo 19 (Debian's package, signed index)"
    private_apt apt-get update -qq
    for package in $(odoo_packages "$stable"); do fetch_package "$package"; done
    say "unpacking Odoo"
    rm -rf "$STATE/odoo19" "$new"
    mkdir "$new"
    for package in "$APT"/debs/*.deb; do unpack_package "$package" "$new"; done
    add_missing_script "$new"
    (cd "$APT/debs" && sha256sum ./*.deb) >"$new/.done"
    mv "$new" "$STATE/odoo19"
    rm -rf "$APT"
}
