"""The suite's copies of PostgreSQL are what they say: followers that lose a tail, and backups."""

from collections.abc import Iterator

import pytest

from tests.road import Road
from tests.servers import PostgresServer, psql
from tests.standby import Restored, Standby, at_port


@pytest.fixture
def primary() -> Iterator[PostgresServer]:
    with PostgresServer() as server:
        server.psql("CREATE TABLE kept (number int)")
        server.psql("INSERT INTO kept VALUES (1)")
        yield server


def test_a_standby_that_fell_behind_takes_the_place_of_its_primary(
    primary: PostgresServer,
) -> None:
    with Standby(primary) as standby, Road(primary.port) as road:
        url = at_port(primary.url, road.port)
        psql(url, "INSERT INTO kept VALUES (2)")
        standby.fall_behind()
        psql(url, "INSERT INTO kept VALUES (3)")
        assert standby.psql("SELECT pg_is_in_recovery(), max(number) FROM kept") == "t|2"

        primary.kill()
        standby.promote()
        road.lead_to(standby.port)

        psql(url, "INSERT INTO kept VALUES (4)")
        assert psql(url, "SELECT array_agg(number) FROM kept") == "{1,2,4}"
        primary.start()
        assert primary.psql("SELECT max(number) FROM kept") == "3"


def test_a_base_backup_lives_on_by_itself(primary: PostgresServer) -> None:
    with Restored(primary) as copy:
        copy.psql("INSERT INTO kept VALUES (2)")

        assert copy.psql("SELECT count(*) FROM kept") == "2"
        assert primary.psql("SELECT count(*) FROM kept") == "1"
        identity = "SELECT system_identifier FROM pg_control_system()"
        assert copy.psql(identity) == primary.psql(identity)
