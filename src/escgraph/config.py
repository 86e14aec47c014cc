"""What an operator may set: read from the environment once, refused at start when it is wrong."""

import os
from collections.abc import Iterator, Mapping
from datetime import timedelta
from difflib import get_close_matches
from ipaddress import IPv4Network, IPv6Network
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, ValidationError, ValidationInfo, field_validator
from pydantic_core import ErrorDetails
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from escgraph import setting_words
from escgraph.setting_words import POSTGRES, SQLITE
from escgraph.setting_words import masked as masked  # noqa: PLC0414 - others know it from here

PREFIX = "ESCGRAPH_"
_OF_THE_TESTS = "ESCGRAPH_TEST_"
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


def _setting(default: Any, meaning: str, *, write: str, **rules: Any) -> Any:  # noqa: ANN401  # as pydantic's Field
    """A setting: what it means stands in the README, what to write in a refusal."""
    return Field(default, description=meaning, json_schema_extra={"write": write}, **rules)


class Settings(BaseSettings):
    """Every setting, checked. Each comes from the variable `ESCGRAPH_` + its name in capitals."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, frozen=True, validate_default=True, hide_input_in_errors=True
    )

    database_url: Annotated[str, BeforeValidator(setting_words.database)] = _setting(
        "sqlite://var/escgraph.db",
        "Where tickets are kept: `sqlite://` and the path of a file (relative to where the "
        "program starts, or `sqlite:///` for an absolute one), or "
        "`postgres://user:password@host:5432/database`.",
        write="sqlite://var/escgraph.db or postgres://user:password@host:5432/database",
        repr=False,
    )
    redis_url: Annotated[str | None, BeforeValidator(setting_words.redis)] = _setting(
        None,
        "Redis, which wakes the subscribers of the other processes and drives the arq worker: "
        "`redis://host:6379/0`, or `rediss://` with TLS. None: one process, woken in-process.",
        write="redis://host:6379/0, rediss://…, or leave it out",
        repr=False,
    )
    host: Annotated[str, BeforeValidator(setting_words.host)] = _setting(
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
    event_days: int | None = _setting(
        None,
        "How many days the stream of events is kept: what is older moves to an archive, where "
        "timelines, packages and reports find it, and a cursor from before it begins anew. None: "
        "for ever.",
        write="a number from 1 to 36500, or leave it out",
        ge=1,
        le=36_500,
    )
    allowed_origins: Annotated[
        tuple[str, ...], NoDecode, BeforeValidator(setting_words.origins)
    ] = _setting(
        (),
        "The web pages that may open a WebSocket here, as origins between commas; `*` for any. "
        "Programs that send no Origin, and pages of this very server, always may.",
        write="origins between commas such as https://desk.example.org, or *",
    )
    public_url: Annotated[str | None, BeforeValidator(setting_words.public_url)] = _setting(
        None,
        "Where people reach this server, for the links in what they are sent: "
        "`https://escgraph.example.org`. None: messages carry no links.",
        write="https:// and a host such as https://escgraph.example.org",
    )
    secret_keys: Annotated[tuple[str, ...], NoDecode, BeforeValidator(setting_words.keys)] = (
        _setting(
            (),
            "The keys that seal addresses and secrets of channels and webhooks and sign links, "
            "between commas, the newest first; `escgraph secret-key` makes one. None: no such "
            "thing can be kept, and messages carry no links.",
            write="keys between commas, each as escgraph secret-key makes it",
            repr=False,
        )
    )
    smtp_url: Annotated[str | None, BeforeValidator(setting_words.smtp)] = _setting(
        None,
        "The mail server: `smtp://user:password@host:587` (with STARTTLS where it is offered, and "
        "always before a password), or `smtps://` for TLS from the first byte. None: no e-mail.",
        write="smtp://host:587, smtps://host:465, or leave it out",
        repr=False,
    )
    mail_from: Annotated[str | None, BeforeValidator(setting_words.mailbox)] = _setting(
        None,
        "Whom e-mail comes from, as in `Escalations <escgraph@example.org>`; needed with a mail "
        "server.",
        write="an address such as Escalations <escgraph@example.org>",
    )
    allowed_networks: Annotated[
        tuple[IPv4Network | IPv6Network, ...], NoDecode, BeforeValidator(setting_words.networks)
    ] = _setting(
        (),
        "Networks that are not public and that webhooks and channels may reach all the same, "
        "between commas: `10.20.0.0/16`. All others that are not public are refused.",
        write="networks between commas such as 10.20.0.0/16, fd00:1::/64",
    )
    send_timeout: float = _setting(
        10.0,
        "How many seconds one attempt to send may take.",
        write="a number from 0.1 to 60",
        ge=0.1,
        le=60,
        allow_inf_nan=False,
    )
    sends_at_once: int = _setting(
        4,
        "How many attempts may run at the same time to one receiver, from all processes together.",
        write="a number from 1 to 100",
        ge=1,
        le=100,
    )
    retry_waits: Annotated[
        tuple[timedelta, ...], NoDecode, BeforeValidator(setting_words.waits)
    ] = _setting(
        setting_words.waits("5s,5m,30m,2h,5h,10h,14h,20h,24h"),
        "How long to wait after each attempt that failed, between commas; after the last, the "
        "message is dead. As in Standard Webhooks, over about three days.",
        write="lengths between commas such as 5s,5m,30m,2h,1d",
    )
    heartbeat_url: Annotated[str | None, BeforeValidator(setting_words.heartbeat)] = _setting(
        None,
        "A URL of an outside watcher (a dead man's switch such as healthchecks.io), fetched every "
        "10 s by each process whose engine works, and by nobody when all have stopped: he raises "
        "the alarm then. `http://` is for `ESCGRAPH_ALLOWED_NETWORKS` only.",
        write="https:// and where to, or leave it out",
        repr=False,
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
        if speed != 1 and others.data.get("database_url", SQLITE).startswith(POSTGRES):
            raise ValueError("the clock of a PostgreSQL database runs at its own speed")
        return speed

    @field_validator("mail_from")
    @classmethod
    def _with_a_mail_server(cls, sender: str | None, others: ValidationInfo) -> str | None:
        """A mail server takes nothing that comes from nobody."""
        if sender is None and others.data.get("smtp_url") is not None:
            raise ValueError("it is not set, and ESCGRAPH_SMTP_URL is")
        return sender

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
    def events_kept(self) -> timedelta | None:
        """How long the stream of events is kept; None for ever."""
        return None if self.event_days is None else timedelta(days=self.event_days)

    @property
    def on_sqlite(self) -> bool:
        return self.database_url.startswith(SQLITE)


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
    text = given.get(_variable(name), "")
    extra = field.json_schema_extra
    write = extra["write"] if isinstance(extra, dict) else ""
    reason = fault["msg"].removeprefix("Value error, ").replace("Input should", "it should")
    return f"{_variable(name)}: {_shown(name, text)!r}: {reason}; write {write}"


def _shown(name: str, text: str) -> str:
    """The setting as it may stand in a refusal: of a key, and of what may be one whole, nothing."""
    if name in {"secret_keys", "heartbeat_url"}:
        return "***"
    return text if Settings.model_fields[name].repr else masked(text)


def _variable(name: str) -> str:
    return PREFIX + name.upper()


def _written(default: object) -> str:
    match default:
        case None | ():
            return "none"
        case float():
            return f"{default:g}"
        case tuple():
            return ",".join(_written(each) for each in default)
        case timedelta():
            return setting_words.shortest(default)
        case _:
            return str(default)
