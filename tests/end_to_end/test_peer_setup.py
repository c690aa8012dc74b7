"""Does packaging/peer_setup install what is missing, and just what node.lock says? With an `npm` of our own."""

from __future__ import annotations

import base64
import hashlib
import io
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from helpers.source import PROJECT

NEEDED = ("dirname", "readlink", "tr", "cmp", "mktemp", "rm", "mkdir", "cp", "tar", "gzip", "env", "id", "cat", "sh")
SERVERS = ("nginx", "haproxy", "nftables", "iproute2", "procps")
PROGRAMS = ("node", "chromium", "nginx", "haproxy", "nft", "ip", "ss", "sysctl")


class Place:
    """A project that is nothing but its packaging, and a PATH with few programs."""

    def __init__(self, folder: Path) -> None:
        self.packaging = folder / "packaging"
        self.packaging.mkdir()
        for name in ("peer_setup", "setup.sh"):
            shutil.copy(PROJECT / "packaging" / name, self.packaging)
        self._programs = folder / "bin"
        self._programs.mkdir()
        for name in NEEDED:
            (self._programs / name).symlink_to(shutil.which(name) or name)
        self.administrators = folder / "sbin"
        self.systemd = folder / "systemd"  # there where systemd runs
        python = folder / ".venv" / "bin" / "python"
        python.parent.mkdir(parents=True)
        python.symlink_to(sys.executable)
        self.installed = folder / ".venv" / "node" / "node_modules"
        self.archive = folder / "archive.tgz"
        with tarfile.open(self.archive, "w:gz") as archive:
            member = tarfile.TarInfo("package/index.js")
            member.size = 4
            archive.addfile(member, io.BytesIO(b"true"))

    def program(self, name: str, script: str = "") -> None:
        file = self._programs / name
        file.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        file.chmod(0o755)

    def lock(self, hash_of: bytes) -> None:
        hashed = base64.b64encode(hashlib.sha512(hash_of).digest()).decode()
        text = f"# what is pinned\nthing 1.2.3 sha512-{hashed}\n"
        (self.packaging / "node.lock").write_text(text, encoding="utf-8")

    def set_up(self) -> subprocess.CompletedProcess[str]:
        folders = {"PATH": self._programs, "ADMINISTRATORS_PATH": self.administrators, "TMPDIR": self.packaging.parent}
        folders["SYSTEMD_RUNS"] = self.systemd
        environment = {name: str(folder) for name, folder in folders.items()}
        command = [self.packaging / "peer_setup"]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=20)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    place = Place(tmp_path)
    for name in PROGRAMS:
        place.program(name)
    place.program("npm", f'echo "$@" >>"{tmp_path}/asked"; cp "{place.archive}" thing-1.2.3.tgz')
    return place


def test_what_the_lock_names_is_installed_once(place: Place, tmp_path: Path) -> None:
    place.lock(place.archive.read_bytes())
    for _ in range(2):
        done = place.set_up()
        assert (done.returncode, done.stdout) == (0, ""), done.stderr
    assert (place.installed / "thing" / "index.js").read_bytes() == b"true"
    assert (tmp_path / "asked").read_text(encoding="utf-8") == "pack --loglevel=error thing@1.2.3\n"
    assert not list(tmp_path.glob("tmp.*"))


def test_another_archive_than_the_locks_is_refused(place: Place) -> None:
    place.lock(b"what was pinned")
    done = place.set_up()
    assert done.returncode == 1
    assert "thing 1.2.3 is not what node.lock says" in done.stderr
    assert not (place.installed / "thing").exists()


def test_a_package_that_cannot_be_fetched_is_named(place: Place) -> None:
    place.lock(place.archive.read_bytes())
    place.program("npm", "exit 1")
    done = place.set_up()
    assert done.returncode == 1
    assert "npm could not fetch thing 1.2.3" in done.stderr


def test_what_is_missing_is_named_where_it_cannot_be_installed(tmp_path: Path) -> None:
    place = Place(tmp_path)
    place.lock(place.archive.read_bytes())
    done = place.set_up()
    assert done.returncode == 1
    assert f"The long tests need: nodejs chromium npm {' '.join(SERVERS)}; install that" in done.stderr


def test_programs_that_are_missing_are_installed_through_apt(place: Place, tmp_path: Path) -> None:
    place.lock(place.archive.read_bytes())
    for name in ("chromium", "nginx", "ss"):
        (tmp_path / "bin" / name).unlink()
    place.program("apt-get", f'echo "$@" >>"{tmp_path}/apt"')
    place.program("id", "echo 0")
    assert place.set_up().returncode == 0
    update, install = (tmp_path / "apt").read_text(encoding="utf-8").splitlines()
    assert update.startswith("update")
    assert install.endswith(" chromium nginx iproute2")


def installing(place: Place, missing: list[str]) -> list[str]:
    """Let systemd run, and return what is asked of it and of apt."""
    place.lock(place.archive.read_bytes())
    place.systemd.mkdir()
    for name in missing:
        (place.systemd.parent / "bin" / name).unlink()
    asked = place.systemd.parent / "root"
    for name in ("apt-get", "systemctl"):
        place.program(name, f'echo {name} "$@" >>"{asked}"')
    place.program("id", "echo 0")
    assert place.set_up().returncode == 0
    return asked.read_text(encoding="utf-8").splitlines()


def test_services_are_not_started_by_what_is_installed(place: Place) -> None:
    mask, _, install, unmask, disable = installing(place, ["nginx", "haproxy"])
    assert mask == "systemctl --quiet --runtime mask nginx haproxy"
    assert install.endswith("nginx haproxy")
    assert unmask == "systemctl --quiet --runtime unmask nginx haproxy"
    assert disable == "systemctl --quiet disable nginx haproxy"


def test_services_that_were_there_are_left_alone(place: Place) -> None:
    assert [line.split()[:2] for line in installing(place, ["nft"])] == [["apt-get", "update"], ["apt-get", "install"]]


def test_who_may_not_install_is_told_of_the_services(place: Place) -> None:
    place.lock(place.archive.read_bytes())
    place.systemd.mkdir()
    (place.systemd.parent / "bin" / "haproxy").unlink()
    place.program("apt-get", "exit 1")
    place.program("sudo", "exit 1")
    place.program("id", "echo 1000")
    done = place.set_up()
    assert done.returncode == 1
    assert "    sudo apt-get install --no-install-recommends haproxy\n" in done.stderr
    assert done.stderr.endswith("    sudo systemctl disable --now haproxy\n")


def test_what_only_administrators_have_on_their_path_is_not_missing(place: Place, tmp_path: Path) -> None:
    place.lock(place.archive.read_bytes())
    place.administrators.mkdir()
    (tmp_path / "bin" / "haproxy").rename(place.administrators / "haproxy")
    done = place.set_up()
    assert (done.returncode, done.stderr.count("haproxy")) == (0, 0), done.stderr
