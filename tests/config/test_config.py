"""The settings: what an operator may write, and what a refusal tells him."""

import pytest

from escgraph.config import PREFIX, ConfigError, Settings, load_settings, masked, settings_table


def refusal(**environ: str) -> str:
    """The one line with which these variables are refused."""
    with pytest.raises(ConfigError) as caught:
        load_settings({PREFIX + name: text for name, text in environ.items()})
    (line,) = caught.value.faults
    return line


def test_without_any_variable_a_sqlite_file_is_served_on_this_machine_only() -> None:
    settings = load_settings({})

    assert settings.database_url == "sqlite://var/escgraph.db"
    assert settings.on_sqlite
    assert settings.redis_url is None
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)


def test_every_setting_is_read_from_its_variable() -> None:
    settings = load_settings(
        {
            "ESCGRAPH_DATABASE_URL": "postgresql://escgraph:s3cret@db.example.org:5433/desk",
            "ESCGRAPH_REDIS_URL": "rediss://:s3cret@cache.example.org:6380/2",
            "ESCGRAPH_HOST": "0.0.0.0",
            "ESCGRAPH_PORT": "8080",
            "ESCGRAPH_ENGINE": "OFF",
            "ESCGRAPH_CLOCK_SPEED": "1",
            "ESCGRAPH_TOKEN_DAYS": "30",
            "ESCGRAPH_ALLOWED_ORIGINS": "https://Desk.example.org, http://127.0.0.1:3000",
            "ESCGRAPH_POOL_SIZE": "20",
            "ESCGRAPH_LOG_LEVEL": "debug",
            "ESCGRAPH_LOG_FORMAT": "json",
        }
    )

    assert settings == Settings(
        database_url="postgres://escgraph:s3cret@db.example.org:5433/desk",
        redis_url="rediss://:s3cret@cache.example.org:6380/2",
        host="0.0.0.0",
        port=8080,
        engine="off",
        clock_speed=1,
        token_days=30,
        allowed_origins=("https://desk.example.org", "http://127.0.0.1:3000"),
        pool_size=20,
        log_level="DEBUG",
        log_format="json",
    )


def test_the_process_environment_is_read_when_none_is_given(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ESCGRAPH_PORT", "8099")

    assert load_settings().port == 8099
    assert load_settings({}).port == 8000


def test_an_empty_variable_counts_as_one_that_is_not_set() -> None:
    assert load_settings({"ESCGRAPH_REDIS_URL": "", "ESCGRAPH_PORT": " "}) == load_settings({})


@pytest.mark.parametrize(
    ("name", "text", "reason", "instead"),
    [
        ("DATABASE_URL", "mysql://db/desk", "neither a SQLite file nor", "postgres://user"),
        ("DATABASE_URL", "sqlite://:memory:", "lost at exit", "sqlite://var/escgraph.db"),
        ("DATABASE_URL", "sqlite://", "names no file", "sqlite://var/escgraph.db"),
        ("DATABASE_URL", "sqlite://var/", "names no file", "sqlite://var/escgraph.db"),
        ("DATABASE_URL", "postgres:///desk", "names no host", "postgres://user"),
        ("DATABASE_URL", "postgres://db:5432/", "names no database", "postgres://user"),
        ("DATABASE_URL", "postgres://db:54x2/desk", "port is no number", "postgres://user"),
        ("REDIS_URL", "http://cache", "no Redis address", "redis://host:6379/0"),
        ("REDIS_URL", "redis://", "names no host", "redis://host:6379/0"),
        ("REDIS_URL", "redis://cache/zero", "no database number", "redis://host:6379/0"),
        ("HOST", "local host", "no address", "127.0.0.1"),
        ("PORT", "http", "valid integer", "1 to 65535"),
        ("PORT", "0", "greater than or equal to 1", "1 to 65535"),
        ("PORT", "65536", "less than or equal to 65535", "1 to 65535"),
        ("ENGINE", "maybe", "'auto', 'on' or 'off'", "auto, on or off"),
        ("CLOCK_SPEED", "0", "greater than 0", "at most 100000"),
        ("CLOCK_SPEED", "100001", "less than or equal to 100000", "at most 100000"),
        ("CLOCK_SPEED", "nan", "finite number", "at most 100000"),
        ("TOKEN_DAYS", "0", "greater than or equal to 1", "1 to 3650"),
        ("TOKEN_DAYS", "3651", "less than or equal to 3650", "1 to 3650"),
        ("ALLOWED_ORIGINS", "desk.example.org", "is no origin", "https://desk.example.org"),
        ("ALLOWED_ORIGINS", "https://a.org/desk", "is no origin", "https://desk.example.org"),
        ("POOL_SIZE", "1", "greater than or equal to 2", "2 to 100"),
        ("POOL_SIZE", "101", "less than or equal to 100", "2 to 100"),
        ("LOG_LEVEL", "loud", "'DEBUG', 'INFO'", "DEBUG, INFO, WARNING or ERROR"),
        ("LOG_FORMAT", "xml", "'json' or 'console'", "auto, json or console"),
    ],
)
def test_a_wrong_value_is_refused_with_its_variable_a_reason_and_what_to_write(
    name: str, text: str, reason: str, instead: str
) -> None:
    line = refusal(**{name: text})

    variable, _, rest = line.partition(": ")
    why, _, write = rest.rpartition("; write ")
    assert variable == PREFIX + name
    assert reason in why
    assert instead in write


def test_every_fault_is_told_at_once_and_has_its_own_line() -> None:
    with pytest.raises(ConfigError) as caught:
        load_settings({"ESCGRAPH_PORT": "x", "ESCGRAPH_HOST": "?", "ESCGRAPH_POOL_SIZ": "3"})

    lines = str(caught.value).splitlines()
    assert lines[0] == "the settings are wrong:"
    assert [line.split(":")[0].strip() for line in lines[1:]] == [
        "ESCGRAPH_POOL_SIZ",
        "ESCGRAPH_HOST",
        "ESCGRAPH_PORT",
    ]


@pytest.mark.parametrize(
    ("misspelt", "meant"),
    [("DATABSE_URL", "DATABASE_URL"), ("REDIS", "REDIS_URL"), ("CLOCKSPEED", "CLOCK_SPEED")],
)
def test_a_misspelt_variable_is_refused_and_the_nearest_is_named(misspelt: str, meant: str) -> None:
    line = refusal(**{misspelt: "1"})

    assert line.startswith(f"ESCGRAPH_{misspelt}: ")
    assert f"did you mean ESCGRAPH_{meant}?" in line


def test_variables_of_the_tests_and_of_other_programs_are_none_of_ours() -> None:
    environ = {"ESCGRAPH_TEST_POSTGRES_URL": "postgres://x/y", "PORT": "1", "POSTGRES_PASSWORD": ""}

    assert load_settings(environ) == load_settings({})


def test_a_fast_clock_goes_with_sqlite_only() -> None:
    assert load_settings({"ESCGRAPH_CLOCK_SPEED": "600"}).clock_speed == 600

    line = refusal(CLOCK_SPEED="600", DATABASE_URL="postgres://db/desk")

    assert line.startswith("ESCGRAPH_CLOCK_SPEED: ")
    assert "PostgreSQL" in line


@pytest.mark.parametrize(
    "url",
    [
        "postgres://escgraph:hunter2@db:54x2/desk",
        "postgres://escgraph:hun/ter2@db/desk",
        "postgres://escgraph:h@hunter2@db",
        "postgres://db:bad/desk?password=hunter2",
        "http://:hunter2@db/desk",
    ],
)
def test_a_refusal_never_shows_a_password(url: str) -> None:
    line = refusal(DATABASE_URL=url)

    assert line.startswith("ESCGRAPH_DATABASE_URL: ")
    assert "ter2" not in line


@pytest.mark.parametrize(
    "url", ["hush.example.org", "https://u:hush@watch.example.org/", "ftp://hush"]
)
def test_a_watcher_s_address_is_a_url_and_a_refusal_never_shows_it(url: str) -> None:
    line = refusal(HEARTBEAT_URL=url)

    assert line.startswith("ESCGRAPH_HEARTBEAT_URL: '***': ")
    assert "hush" not in line


def test_what_is_printed_of_the_settings_holds_no_address_with_a_password() -> None:
    settings = load_settings({"ESCGRAPH_DATABASE_URL": "postgres://escgraph:hunter2@db/desk"})

    assert "hunter2" not in repr(settings)
    assert masked(settings.database_url) == "postgres://escgraph:***@db/desk"
    assert masked("redis://cache:6379/0") == "redis://cache:6379/0"
    assert masked("sqlite://var/escgraph.db") == "sqlite://var/escgraph.db"


def test_the_table_names_every_setting_with_its_default_and_its_meaning() -> None:
    rows = settings_table()

    assert [name for name, _, _ in rows] == [
        PREFIX + name.upper() for name in Settings.model_fields
    ]
    assert ("ESCGRAPH_PORT", "8000", "The port that the server listens on.") in rows
    assert all(default and meaning.endswith(".") for _, default, meaning in rows)


def test_every_default_in_the_table_may_be_written_as_it_stands() -> None:
    environ = {name: default for name, default, _ in settings_table() if default != "none"}

    assert load_settings(environ) == load_settings({})
