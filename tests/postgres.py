"""A PostgreSQL of the tests' own: a private cluster on a socket in a temporary folder.

`database()` gives the address of a fresh, empty database. One cluster serves the whole process
and ends with it; it listens on no port. As root it runs under the account `postgres`, which the
programs insist on.
"""

from __future__ import annotations

import atexit
import functools
import itertools
import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

_names = itertools.count(1)


@functools.cache
def programs() -> Path | None:
    """The folder of initdb and pg_ctl; Debian keeps them off the path."""
    places = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    found = shutil.which("initdb")
    if found is not None:
        places.insert(0, Path(found).resolve().parent)
    return next((one for one in places if (one / "pg_ctl").exists()), None)


class Cluster:
    """`start` and `stop` may be called again and again: a stopped one keeps its data."""

    def __init__(self) -> None:
        bin = programs()
        assert bin is not None
        self._bin = bin
        self.folder = Path(tempfile.mkdtemp(prefix="vnchat-postgres-"))
        self._as: list[str] = []
        if os.geteuid() == 0:
            account = pwd.getpwnam("postgres")
            os.chown(self.folder, account.pw_uid, account.pw_gid)
            self._as = ["runuser", "-u", "postgres", "--"]
        self._run("initdb", "-D", self._data, "-U", "vnchat", "-A", "trust", "-E", "UTF8", "-N")
        self.start()

    @property
    def _data(self) -> str:
        return str(self.folder / "data")

    def start(self) -> None:
        # -F: no fsync. A killed vnchat is what is tested here, not a killed machine.
        options = f"-F -k {self.folder} -c listen_addresses='' -c max_connections=200"
        log = str(self.folder / "log")
        self._run("pg_ctl", "-D", self._data, "-w", "-l", log, "-o", options, "start")

    def stop(self, how: str = "immediate") -> None:
        self._run("pg_ctl", "-D", self._data, "-w", "-m", how, "stop")

    def url(self, name: str) -> str:
        return f"postgresql+psycopg://vnchat@/{name}?host={self.folder}"

    def database(self) -> str:
        """The address of a new, empty database."""
        import psycopg

        name = f"test{next(_names)}"
        with psycopg.connect(
            f"host={self.folder} user=vnchat dbname=postgres", autocommit=True
        ) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return self.url(name)

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [*self._as, str(self._bin / program), *arguments],
            cwd="/",
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        if done.returncode:
            raise RuntimeError(f"{program} failed: {done.stderr[-1000:]}")


@functools.cache
def _shared() -> Cluster:
    made = Cluster()
    atexit.register(made.remove)
    return made


def missing() -> str:
    """Why there can be no PostgreSQL here; "" when there can."""
    if programs() is None:
        return "PostgreSQL's initdb is not installed (Debian: apt-get install postgresql)"
    return ""


def cluster() -> Cluster:
    """The cluster of this process; skips the test with a reason where there can be none."""
    if why := missing():
        if os.environ.get("VNCHAT_REQUIRE_POSTGRES"):
            pytest.fail(f"PostgreSQL is required here. {why}")
        pytest.skip(why)
    return _shared()


def database() -> str:
    return cluster().database()
