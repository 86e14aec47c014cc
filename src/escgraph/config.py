"""What an operator may set: read from the environment once, refused at start when it is wrong."""

import os
import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Annotated, Any, Literal
from urllib.parse import SplitResult, urlsplit

from pydantic import BeforeValidator, Field, ValidationError, ValidationInfo, field_validator
from pydantic_core import ErrorDetails
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

PREFIX = "ESCGRAPH_"
_OF_THE_TESTS = "ESCGRAPH_TEST_"
_SQLITE = "sqlite://"
_POSTGRES = "postgres://"
_CAPITALS = BeforeValidator(str.upper)
_SMALL = BeforeValidator(str.lower)


class ConfigError(Exception):
    """The settings are wrong; nothing was started.

    Attributes:
        faults: one line each: the variable, what is wrong, what to write instead. No secrets.
    """

    def __init__(self, faults: tuple[str, ...]) -> None:
        super().__init__("\n".join(("the settings are wrong:", *(f"  {line}" for line in faults))))
        self.faults = faults


def masked(url: str) -> str:
    """The address without what is secret in it, fit for logs and error messages."""
    scheme, mark, rest = url.partition("://")
    if not mark:
        scheme, rest = "", url
    credentials, at, place = rest.rpartition("@")
    user, colon, _ = credentials.partition(":")
    place = re.sub(r"=[^&]*", "=***", place) if "?" in place else place
    return f"{scheme}{mark}{user}{':***' if colon else ''}{at}{place}"


def _database(url: str) -> str:
    if url.startswith(_SQLITE):
        return _sqlite(url)
    if url.startswith((_POSTGRES, "postgresql://")):
        parts = _address(url)
        if parts.path in {"", "/"}:
            raise ValueError("it names no database")
        return _POSTGRES + url.partition("://")[2]
    raise ValueError("it is neither a SQLite file nor a PostgreSQL database")


def _sqlite(url: str) -> str:
    path = url.removeprefix(_SQLITE)
    if ":memory:" in path:
        raise ValueError("a database in memory is lost at exit and no other command can see it")
    if not path or path.endswith("/"):
        raise ValueError("it names no file")
    return url


def _redis(url: str | None) -> str | None:
    if url is None:
        return None
    if not url.startswith(("redis://", "rediss://")):
        raise ValueError("it is no Redis address")
    parts = _address(url)
    if not re.fullmatch(r"(/\d*)?", parts.path):
        raise ValueError("its path is no database number")
    return url


def _address(url: str) -> SplitResult:
    """The parts of an address of a host; errors show none of them, for any may be secret."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        hint = "percent-encode / ? # : and @ in the password"
        raise ValueError(f"its port is no number ({hint})") from None
    if not parts.hostname:
        raise ValueError("it names no host")
    return parts


def _origins(text: str | tuple[str, ...]) -> tuple[str, ...]:
    words = text.split(",") if isinstance(text, str) else text
    return tuple(_origin(word.strip()) for word in words if word.strip())


def _origin(word: str) -> str:
    if word != "*" and not re.fullmatch(r"https?://[^/\s?#@]+", word):
        raise ValueError(f"{word!r} is no origin")
    return word.lower()


def _host(name: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9.:_-]+", name):
        raise ValueError("it is no address of a host")
    return name


def _setting(default: Any, meaning: str, *, write: str, **rules: Any) -> Any:  # noqa: ANN401  # as pydantic's Field
    """A setting: what it means stands in the README, what to write in a refusal."""
    return Field(default, description=meaning, json_schema_extra={"write": write}, **rules)


class Settings(BaseSettings):
    """Every setting, checked. Each comes from the variable `ESCGRAPH_` + its name in capitals."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, frozen=True, validate_default=True, hide_input_in_errors=True
    )

    database_url: Annotated[str, BeforeValidator(_database)] = _setting(
        "sqlite://var/escgraph.db",
        "Where tickets are kept: `sqlite://` and the path of a file (relative to where the "
        "program starts, or `sqlite:///` for an absolute one), or "
        "`postgres://user:password@host:5432/database`.",
        write="sqlite://var/escgraph.db or postgres://user:password@host:5432/database",
        repr=False,
    )
    redis_url: Annotated[str | None, BeforeValidator(_redis)] = _setting(
        None,
        "Redis, which wakes the subscribers of the other processes and drives the arq worker: "
        "`redis://host:6379/0`, or `rediss://` with TLS. None: one process, woken in-process.",
        write="redis://host:6379/0, rediss://…, or leave it out",
        repr=False,
    )
    host: Annotated[str, BeforeValidator(_host)] = _setting(
        "127.0.0.1",
        "The address that the server listens on; `0.0.0.0` for all.",
        write="an address such as 127.0.0.1 or 0.0.0.0",
    )
    port: int = _setting(
        8000,
        "The port that the server listens on.",
        write="a number from 1 to 65535",
        ge=1,
        le=65535,
    )
    engine: Annotated[Literal["auto", "on", "off"], _SMALL] = _setting(
        "auto",
        "Whether a web process fires deadlines too: `on`, `off`, or `auto`: while no worker does.",
        write="auto, on or off",
    )
    clock_speed: float = _setting(
        1.0,
        "How many times faster than real time the clock runs, for demonstrations; SQLite only.",
        write="a number above 0 and at most 100000, and 1 with PostgreSQL",
        gt=0,
        le=100_000,
        allow_inf_nan=False,
    )
    token_days: int = _setting(
        90,
        "How many days a new token is valid when nobody says otherwise.",
        write="a number from 1 to 3650",
        ge=1,
        le=3650,
    )
    allowed_origins: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_origins)] = _setting(
        (),
        "The web pages that may open a WebSocket here, as origins between commas; `*` for any. "
        "Programs that send no Origin, and pages of this very server, always may.",
        write="origins between commas such as https://desk.example.org, or *",
    )
    pool_size: int = _setting(
        10,
        "How many PostgreSQL connections a process may hold.",
        write="a number from 2 to 100",
        ge=2,
        le=100,
    )
    log_level: Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR"], _CAPITALS] = _setting(
        "INFO",
        "What is logged: `DEBUG`, `INFO`, `WARNING` or `ERROR`, and what is graver.",
        write="DEBUG, INFO, WARNING or ERROR",
    )
    log_format: Annotated[Literal["auto", "json", "console"], _SMALL] = _setting(
        "auto",
        "How it is logged: `json`, `console`, or `auto`: console where a person watches.",
        write="auto, json or console",
    )

    @field_validator("clock_speed")
    @classmethod
    def _only_with_sqlite(cls, speed: float, others: ValidationInfo) -> float:
        """Several hosts share a PostgreSQL, and they must agree on the time."""
        if speed != 1 and others.data.get("database_url", _SQLITE).startswith(_POSTGRES):
            raise ValueError("the clock of a PostgreSQL database runs at its own speed")
        return speed

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003  # the shape that pydantic-settings calls
        init_settings: PydanticBaseSettingsSource,
        *_args: PydanticBaseSettingsSource,
        **_others: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what `load_settings` read: no .env file, no second look at the environment."""
        return (init_settings,)

    @property
    def on_sqlite(self) -> bool:
        return self.database_url.startswith(_SQLITE)


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """The settings that those variables make; an empty variable counts as one that is not set.

    Raises:
        ConfigError: with every fault that was found, misspelt variables among them.
    """
    environ = os.environ if environ is None else environ
    given = {name.upper(): text for name, text in environ.items() if _ours(name) and text.strip()}
    faults = list(_unknown(given))
    source = EnvSettingsSource(Settings)
    source.env_vars = {name.lower(): text.strip() for name, text in given.items()}
    try:
        settings = Settings(**source())
    except ValidationError as error:
        faults.extend(_fault(fault, given) for fault in error.errors(include_url=False))
    if faults:
        raise ConfigError(tuple(faults))
    return settings


def settings_table() -> list[tuple[str, str, str]]:
    """Variable, default and meaning of every setting, as the README shows them."""
    return [
        (_variable(name), _written(field.default), field.description or "")
        for name, field in Settings.model_fields.items()
    ]


def _ours(name: str) -> bool:
    return name.upper().startswith(PREFIX) and not name.upper().startswith(_OF_THE_TESTS)


def _unknown(given: Mapping[str, str]) -> Iterator[str]:
    """A misspelt variable would leave a default in force without a word."""
    known = [_variable(name) for name in Settings.model_fields]
    for name in given:
        if name not in known:
            nearest = get_close_matches(name, known, n=1, cutoff=0)[0]
            yield f"{name}: there is no such setting; did you mean {nearest}?"


def _fault(fault: ErrorDetails, given: Mapping[str, str]) -> str:
    name = str(fault["loc"][0])
    field = Settings.model_fields[name]
    text = given[_variable(name)]
    extra = field.json_schema_extra
    write = extra["write"] if isinstance(extra, dict) else ""
    reason = fault["msg"].removeprefix("Value error, ").replace("Input should", "it should")
    return f"{_variable(name)}: {(text if field.repr else masked(text))!r}: {reason}; write {write}"


def _variable(name: str) -> str:
    return PREFIX + name.upper()


def _written(default: object) -> str:
    match default:
        case None | ():
            return "none"
        case float():
            return f"{default:g}"
        case _:
            return str(default)
