"""Where a database is: its URL, taken apart for Tortoise and for messages."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import parse_qsl, unquote, urlsplit

SESSION = {
    "application_name": "escgraph",
    "idle_in_transaction_session_timeout": "5s",
    "lock_timeout": "2s",
    "statement_timeout": "10s",
    "timezone": "UTC",
}
"""PostgreSQL ends what would otherwise keep a lock, and so everybody else, for ever."""

MIGRATING = {"application_name": "escgraph migrate", "timezone": "UTC"}

COMMAND_S = 12.0
"""After which the network, and not the statement, must be at fault, in seconds: the database itself
ends a statement before."""

CONNECT_S = 5.0
"""How long it may take to connect, in seconds."""


@dataclass(frozen=True, slots=True)
class Address:
    """`shown` is for people and holds no password. `path` is the file, None on PostgreSQL."""

    dialect: Literal["sqlite", "postgres"]
    shown: str
    credentials: dict[str, Any]
    path: Path | None = None

    @property
    def engine(self) -> str:
        return f"escgraph.store.{self.dialect}_client"

    @property
    def advice(self) -> str:
        """What to say when it cannot be opened."""
        if self.path is not None:
            return f"cannot open the database {self.shown}; check the path and its permissions"
        return (
            f"cannot connect to PostgreSQL at {self.shown}; check that it runs there, "
            "that the database exists, and the user and password"
        )

    def config(self, **more: object) -> dict[str, Any]:
        """Tortoise's configuration, with those credentials too.

        The connection is named after its engine, since Tortoise remembers SQL by that name.
        """
        connection = {"engine": self.engine, "credentials": {**self.credentials, **more}}
        app = {
            "models": [
                "escgraph.store.models",
                "escgraph.store.models_notice",
                "escgraph.store.models_review",
            ],
            "migrations": "escgraph.store.migrations",
            "default_connection": self.dialect,
        }
        return {"connections": {self.dialect: connection}, "apps": {"store": app}}

    def migrating(self) -> dict[str, Any]:
        """Tortoise's configuration for work that may take its time, and wait for its turn."""
        if self.dialect == "sqlite":
            return self.config(busy_timeout=60_000)
        return self.config(maxsize=1, command_timeout=None, server_settings=MIGRATING)


def address(url: str) -> Address:
    """Take apart `sqlite://path/to/file.db` or `postgres://user:password@host:port/database`.

    What follows `sqlite://` is the path as it stands: `sqlite://var/a.db` is relative and
    `sqlite:///var/a.db` absolute.

    Raises:
        ValueError: the URL is neither; the message shows no password.
    """
    scheme = url.partition("://")[0]
    if scheme == "sqlite":
        return _sqlite(url)
    if scheme in {"postgres", "postgresql"}:
        return _postgres(url)
    raise ValueError(
        "the database URL must begin with sqlite:// or postgres://; "
        "for example sqlite://var/escgraph.db or postgres://user:password@localhost:5432/escgraph"
    )


def _sqlite(url: str) -> Address:
    path = Path(url.removeprefix("sqlite://"))
    if path.name in {"", ":memory:"}:
        raise ValueError("the SQLite URL names no file; for example sqlite://var/escgraph.db")
    pragmas = {
        "file_path": str(path),
        "journal_mode": "WAL",
        "synchronous": "NORMAL",
        "foreign_keys": "ON",
        "busy_timeout": 5000,
    }
    return Address("sqlite", str(path), pragmas, path)


def _postgres(url: str) -> Address:
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query))
    database = unquote(parts.path.removeprefix("/"))
    unknown = options.keys() - {"sslmode", "host"}
    if unknown:
        raise ValueError(f"the database URL has unknown options: {', '.join(sorted(unknown))}")
    if not database or "/" in database:
        raise ValueError("the database URL names no database; end it with /escgraph")
    try:
        port = parts.port or 5432
    except ValueError:
        raise ValueError("the port in the database URL is no number up to 65535") from None
    host = options.get("host") or parts.hostname or "localhost"
    credentials: dict[str, Any] = {
        "host": host,
        "port": port,
        "user": unquote(parts.username or "") or None,
        "password": unquote(parts.password or "") or None,
        "database": database,
        "minsize": 1,
        "timeout": CONNECT_S,
        "command_timeout": COMMAND_S,
        "server_settings": SESSION,
    }
    if "sslmode" in options:
        credentials["ssl"] = options["sslmode"]
    return Address("postgres", f"{host}:{port}/{database}", credentials)
