#!/usr/bin/env bash
# Makes .venv with the pinned, hashed requirements of one set (core or dev) and the package itself, editable.
# Does nothing when that is already so. Called by ./run and ./test.
set -euo pipefail

set_name=${1:?usage: tools/setup.sh core|dev}
here=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)
venv=$here/.venv
requirements=$here/requirements/$set_name.txt

say() { printf '%s\n' "$*" >&2; }
stop() { say "setup: $*"; exit 1; }

apt_install() {
    export DEBIAN_FRONTEND=noninteractive
    { apt-get -qq update && apt-get -qq install -y --no-install-recommends "$@"; } </dev/null >/dev/null
}

can_apt() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; }

find_python() {
    local candidate
    for candidate in "${PYTHON:-python3}" python3.14 python3.13 python3.12 python3.11; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$candidate"
            return
        fi
    done
    return 1
}

ensure_python() {
    if ! python=$(find_python); then
        can_apt || stop "Python 3.11 or newer is needed and was not found: install it, or name it with PYTHON=..."
        say "setup: installing python3 and python3-venv (apt-get)"
        apt_install python3 python3-venv || stop "apt-get could not install python3 and python3-venv"
        python=$(find_python) || stop "this system's Python is older than 3.11: install a newer one and name it with PYTHON=..."
    fi
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        can_apt || stop "$python has no ensurepip: as root run 'apt-get install python3-venv', then try again"
        say "setup: installing python3-venv (apt-get)"
        apt_install python3-venv || stop "apt-get could not install python3-venv"
    fi
}

# What the environment was made from. The folder is part of it: scripts in a virtual environment hold its path.
wanted() {
    { cat "$requirements" "$here/pyproject.toml" && "$venv/bin/python" -VV && printf '%s\n' "$here"; } | sha256sum | cut -d' ' -f1
}

fresh() { [ -x "$venv/bin/tagparity" ] && [ "$(cat "$venv/.stamp-$1" 2>/dev/null)" = "$(requirements=$here/requirements/$1.txt wanted 2>/dev/null)" ]; }

# dev holds everything of core
if fresh "$set_name" || { [ "$set_name" = core ] && fresh dev; }; then exit 0; fi

if [ -e "$venv" ]; then place=$venv; else place=$here; fi
[ -w "$place" ] || stop "$place is not writable for this user, and requirements/$set_name.txt is not installed there yet"
ensure_python
made_here=$(cat "$venv/.folder" 2>/dev/null || true)
if [ "$made_here" != "$here" ] || ! "$venv/bin/python" -m pip --version >/dev/null 2>&1; then
    say "setup: making .venv with $("$python" -V)"
    rm -rf "$venv"
    "$python" -m venv "$venv"
    printf '%s\n' "$here" >"$venv/.folder"
fi
count=$(grep -c '^[A-Za-z0-9]' "$requirements")
say "setup: installing $count packages of requirements/$set_name.txt and tagparity into .venv"
pip=("$venv/bin/python" -m pip --quiet --quiet --disable-pip-version-check --no-input install)
rm -f "$venv"/.stamp-*
"${pip[@]}" --require-hashes -r "$requirements" </dev/null || stop "pip could not install requirements/$set_name.txt (network or index settings?)"
"${pip[@]}" --no-deps --no-build-isolation -e "$here" </dev/null || stop "pip could not install tagparity itself"
wanted >"$venv/.stamp-$set_name"
