# shellcheck shell=sh
# Sourced by run, test and bench, which set `here` to this folder. `set_up run` or `set_up test` makes the project's
# .venv what the lock file of that name says; where it already is, two small comparisons are all that happens.
# Everything is said on standard error: standard output belongs to the program.

project=$(dirname -- "${here:?}")
venv=$project/.venv
venv_python=$venv/bin/python

# The folder the user stands in is no place to import modules from, for us or for the processes we start.
export PYTHONSAFEPATH=1

# Debian's and Ubuntu's names of the libraries that Qt's own wheels leave to the system.
qt_offscreen="libglib2.0-0 libegl1 libgl1 libxkbcommon0 libfontconfig1 libdbus-1-3"
qt_xcb="$qt_offscreen libxcb-cursor0 libxkbcommon-x11-0 libxcb-icccm4 libxcb-keysyms1 libxcb-shape0 libxcb-randr0"
qt_wayland="$qt_offscreen libwayland-cursor0 libwayland-egl1"

say() {
    printf 'framescope: %s\n' "$*" >&2
}

is_new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

find_python() {
    for candidate in ${PYTHON:+"$PYTHON"} python3.13 python3.12 python3.11 python3; do
        if is_new_enough "$candidate"; then
            printf '%s\n' "$candidate"
            return 0
        fi
        [ "$candidate" != "${PYTHON:-}" ] || say "PYTHON=$PYTHON is not Python 3.11 or newer; looking for another."
    done
    say "Python 3.11 or newer is needed and none was found. Install it, or name one: PYTHON=/path/to/python3.12 $0"
    return 1
}

# The interpreter behind .venv: it changes when the system's Python is replaced, and then .venv must be made again.
interpreter() {
    readlink -f -- "$venv_python" 2>/dev/null
}

is_current() {
    cmp -s "$1" "$venv/framescope-$2.lock" && [ "$(interpreter)" = "$(cat "$venv/framescope-python" 2>/dev/null)" ]
}

venv_is_usable() {
    [ -x "$venv_python" ] && "$venv_python" - 2>/dev/null <<'PYTHON'
import os, sys, sysconfig
sys.exit(sys.version_info < (3, 11) or not os.path.isdir(sysconfig.get_path("purelib")))
PYTHON
}

make_venv() {
    venv_is_usable && return 0
    python=$(find_python) || return 1
    say "creating .venv with $("$python" --version)"
    # Debian's python3 has venv but no ensurepip, so pip stays outside.
    "$python" -m venv --clear --without-pip "$venv" || { say "$python cannot create virtual environments."; return 1; }
}

pip_install() {
    if "$venv_python" -m pip --version >/dev/null 2>&1; then
        "$venv_python" -m pip install "$@" >&2
        return
    fi
    for candidate in "$(interpreter)" ${PYTHON:+"$PYTHON"} python3; do
        if "$candidate" -m pip --version >/dev/null 2>&1; then
            "$candidate" -m pip --python "$venv_python" install "$@" >&2
            return
        fi
    done
    if "$venv_python" -m ensurepip >/dev/null 2>&1; then
        "$venv_python" -m pip install "$@" >&2
        return
    fi
    say "pip is needed to install what the program uses. On Debian and Ubuntu: apt-get install python3-pip"
    return 1
}

install_packages() {
    say "installing the packages of packaging/$1.lock (once; some 100 MB)"
    pip_install --quiet --disable-pip-version-check --no-input --no-deps --require-hashes \
        -r "$project/packaging/$1.lock" || { say "the packages of packaging/$1.lock could not be installed."; return 1; }
    # A path relative to site-packages: the project's folder can be moved.
    site_packages=$("$venv_python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))') || return 1
    echo "../../../../app" >"$site_packages/framescope.pth"
}

# Two first starts at once wait for each other, where the system has flock.
set_up_packages() (
    lock=$project/packaging/$1.lock
    exec 9<"$lock"
    if command -v flock >/dev/null 2>&1; then flock 9; fi
    if is_current "$lock" "$1"; then exit 0; fi
    make_venv && install_packages "$1" || exit 1
    rm -f "$venv"/framescope-qt-*
    interpreter >"$venv/framescope-python"
    # The test lock holds the run lock's pins, so it brings both up to date.
    cp "$project/packaging/run.lock" "$venv/framescope-run.lock" && cp "$lock" "$venv/framescope-$1.lock"
)

qt_platforms() {
    if [ -n "${QT_QPA_PLATFORM:-}" ]; then
        echo "${QT_QPA_PLATFORM%%[:;]*}"
    else
        echo "offscreen ${DISPLAY:+xcb} ${WAYLAND_DISPLAY:+wayland}"
    fi
}

# Set `as_root` to what makes a command the administrator's: nothing for root, sudo where it asks no password.
find_root() {
    if [ "$(id -u)" = 0 ]; then
        as_root=
    elif sudo -n true >/dev/null 2>&1; then
        as_root="sudo -n"
    else
        return 1
    fi
}

# install_system_packages WHY NAME...: through apt, as far as this user may. WHY begins a sentence: "Qt needs".
install_system_packages() {
    why=$1
    shift
    command -v apt-get >/dev/null 2>&1 || { say "$why: $*; install that with your system's package tool."; return 1; }
    if ! find_root; then
        say "$why packages of your system. Type this once, then start again:"
        printf '    sudo apt-get install --no-install-recommends %s\n' "$*" >&2
        return 1
    fi
    say "$why packages of your system; installing: $*"
    # shellcheck disable=SC2086  # a list of words
    {
        $as_root apt-get update -qq || say "the package lists could not be brought up to date; going on with the old ones."
        $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
            -o DPkg::Lock::Timeout=120 "$@"
    } >&2 </dev/null
}

install_qt_libraries() {
    case $1 in
        xcb) libraries=$qt_xcb ;;
        wayland*) libraries=$qt_wayland ;;
        *) libraries=$qt_offscreen ;;
    esac
    # shellcheck disable=SC2086  # a list of words
    install_system_packages "Qt needs" $libraries
}

set_up_qt() {
    for platform in $(qt_platforms); do
        [ -e "$venv/framescope-qt-$platform" ] && continue
        if ! "$venv_python" "$here/check_qt.py" "$platform" >&2; then
            install_qt_libraries "$platform" && "$venv_python" "$here/check_qt.py" "$platform" >&2 || return 1
        fi
        : >"$venv/framescope-qt-$platform"
    done
}

# Return 1 where the packages are missing, 2 where only Qt's system libraries are.
set_up() {
    is_current "$project/packaging/$1.lock" "$1" || set_up_packages "$1" || return 1
    set_up_qt || return 2
}
