"""Every process of the service on one machine: its command, and only the secrets that it needs."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from passport.local.layout import Layout
from passport.local.process import Spec
from passport.local.servers import Servers

WITNESSES = ("witness-a.example", "witness-b.example")
_OURS = (
    *("PASSPORT_DB_ROLE", "PASSPORT_LOG_KEY", "PASSPORT_PYTHON"),
    *("PASSPORT_KEK", "PASSPORT_KEK_DIR", "PASSPORT_WEBHOOK_KEK_DIR"),
)
_PER_ROLE = ("DATABASE_APP_URL", "DATABASE_SYSTEM_URL", "DATABASE_OWNER_URL")


@dataclass(frozen=True)
class Addresses:
    """Where database and broker are: our own servers', or those that the environment names."""

    admin: str
    redis: str
    roles: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, servers: Servers, given: Mapping[str, str]) -> Addresses:
        """What is given wins; our servers fill in the rest."""
        postgres, valkey = servers.postgres, servers.valkey
        if postgres is None:
            admin = given["DATABASE_URL"]
            roles = {name: given[name] for name in _PER_ROLE if name in given}
        else:
            admin = postgres.url()
            roles = {
                f"DATABASE_{role.upper()}_URL": postgres.url(role=f"passport_{role}")
                for role in ("app", "system", "owner")
            }
        redis = given["REDIS_URL"] if valkey is None else valkey.url()
        return cls(admin=admin, redis=redis, roles=roles)


@dataclass(frozen=True)
class Household:
    """Builds the specs; `port` is the web's, `witness_ports` one a witness."""

    layout: Layout
    addresses: Addresses
    port: int
    witness_ports: tuple[int, ...]

    @property
    def url(self) -> str:
        """Where a browser finds the service."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def log_key(self) -> Path:
        """The key that signs checkpoints; only its maker and the sequencer hear of it."""
        return self.layout.state / "keys" / "log.key"

    def step(self, *command: str, role: str, signs: bool = False, wraps: bool = False) -> Spec:
        """A manage.py command that runs once."""
        told = self.environment(role, signs=signs, wraps=wraps, calls=wraps)
        return self._spec(command[0], self._django(*command), told)

    def children(self) -> list[Spec]:
        """What keeps running, in the order in which it starts; the keys must have been made."""
        return [
            *(self.witness(name, port) for name, port in self._witnesses()),
            self._spec(
                "sequencer", self._django("sequencer"), self.environment("system", signs=True)
            ),
            self.worker(),
            self.caller(),
            self.beat(),
            self.web(),
        ]

    def web(self) -> Spec:
        """WSGI with bounded threads: each holds one connection to the database."""
        return self._spec(
            "web",
            (
                *(sys.executable, "-m", "granian", "--interface", "wsgi"),
                *("--host", "127.0.0.1", "--port", str(self.port)),
                *("--workers", "2", "--blocking-threads", "4", "--respawn-failed-workers"),
                *("--no-ws", "--log-level", "warning", "passport.wsgi:application"),
            ),
            # A line for each answer would drown what a person at the terminal looks for.
            {"PASSPORT_LOG_LEVEL": "WARNING"} | self.environment("app", wraps=True, calls=True),
        )

    def worker(self) -> Spec:
        """Two processes that take jobs by their rows."""
        return self._takes("worker", queue="celery")

    def caller(self) -> Spec:
        """Two more that wait for others' machines, so that nobody's job waits for these."""
        return self._takes("caller", queue="calls")

    def _takes(self, name: str, *, queue: str) -> Spec:
        return self._spec(
            name,
            (
                *(sys.executable, "-m", "celery", "--app", "passport", "--quiet", "worker"),
                *("--queues", queue, "--pool", "prefork", "--concurrency", "2"),
                *("--hostname", f"{name}@%h", "--loglevel", "WARNING"),
                *("--without-gossip", "--without-mingle", "--without-heartbeat"),
            ),
            # On one machine the worker may well be root; the container's never is.
            self.environment("system", calls=name == "caller")
            | {"PYTHONWARNINGS": "ignore:You're running the worker"}
            # The sequencer beside it looks at the same settings; a second look costs each start.
            | {"CELERY_SKIP_CHECKS": "1"},
            # Twice TERM would drop the task in hand at once; its lease brings it back anyway.
            grace_s=15.0,
        )

    def beat(self) -> Spec:
        """The clock."""
        schedule = self.layout.state / "beat"
        return self._spec(
            "beat",
            (
                *(sys.executable, "-m", "celery", "--app", "passport", "--quiet", "beat"),
                *("--schedule", str(schedule), "--pidfile=", "--loglevel", "WARNING"),
            ),
            self.environment("system"),
        )

    def witness(self, name: str, port: int) -> Spec:
        """Somebody else's eye on the log; it knows neither database nor broker."""
        folder = self.layout.state / name
        return self._spec(
            name.partition(".")[0],
            (
                *(sys.executable, "-m", "passport.audit", "witness"),
                *("--key", str(folder / "witness.key"), "--state", str(folder / "seen.json")),
                *("--log", (folder / "log.vkey").read_text(encoding="ascii")),
                *("--listen", f"127.0.0.1:{port}"),
            ),
            _inherited(),
        )

    def environment(
        self, role: str, *, signs: bool = False, wraps: bool = False, calls: bool = False
    ) -> dict[str, str]:
        """What one process is told: its own role's address and nobody else's.

        One that `signs` has the log's key, one that `wraps` those under which makers' keys lie, one
        that `calls` those under which the secrets of webhooks lie.
        """
        told = _inherited() | self._common()
        own = f"DATABASE_{role.upper()}_URL"
        if role == "admin" or own not in self.addresses.roles:
            told["DATABASE_URL"] = self.addresses.admin
        else:
            told[own] = self.addresses.roles[own]
        told["PASSPORT_DB_ROLE"] = role
        if signs:
            told["PASSPORT_LOG_KEY"] = str(self.log_key)
        return told | (self._keks() if wraps else {}) | (self._webhooks() if calls else {})

    def full_environment(self, *, signs: bool = False) -> dict[str, str]:
        """What a command that a person types is told: every role's address."""
        told = _inherited() | self._common() | dict(self.addresses.roles)
        if signs:
            told["PASSPORT_LOG_KEY"] = str(self.log_key)
        own = {"DATABASE_URL": self.addresses.admin}
        return told | self._keks() | self._webhooks() | own

    def _keks(self) -> dict[str, str]:
        return {"PASSPORT_KEK_DIR": str(self.layout.state / "keks"), "PASSPORT_KEK": "local-1"}

    def _webhooks(self) -> dict[str, str]:
        """Nobody beyond this machine sees this instance, so receivers may lie beside it."""
        folder = self.layout.state / "webhook-keys"
        return {"PASSPORT_WEBHOOK_KEK_DIR": str(folder), "PASSPORT_WEBHOOK_LOOPBACK": "1"}

    def _common(self) -> dict[str, str]:
        state = self.layout.state
        witnesses = (f"{name}=http://127.0.0.1:{port}" for name, port in self._witnesses())
        return {
            "REDIS_URL": self.addresses.redis,
            "PASSPORT_STATE": str(state),
            "PASSPORT_LOG_DIR": str(state / "log"),
            "PASSPORT_RECORD_KEY": str(state / "keys" / "record.key"),
            "PASSPORT_POLICY": str(state / "policy"),
            "PASSPORT_WITNESSES": ",".join(witnesses),
            "PASSPORT_PUBLIC_URL": self.url,
        }

    def _witnesses(self) -> list[tuple[str, int]]:
        return list(zip(WITNESSES, self.witness_ports, strict=True))

    def _django(self, *command: str) -> tuple[str, ...]:
        return (sys.executable, "-m", "django", *command)

    def _spec(
        self,
        name: str,
        command: tuple[str, ...],
        environment: dict[str, str],
        *,
        grace_s: float = 10.0,
    ) -> Spec:
        return Spec(
            name=name,
            command=command,
            environment=environment,
            folder=self.layout.root,
            stop_signal=signal.SIGTERM,
            grace_s=grace_s,
        )


def _inherited() -> dict[str, str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in _OURS and not name.startswith("DATABASE_") and name != "REDIS_URL"
    }
    return kept | {"DJANGO_SETTINGS_MODULE": "passport.settings", "PYTHONUNBUFFERED": "1"}
