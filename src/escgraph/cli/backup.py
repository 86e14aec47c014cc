"""`escgraph backup`: a copy of the database while servers and workers run."""

import shlex
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer

from escgraph.cli.console import remark, say
from escgraph.cli.running import Refusal, must_have_a_folder, ready, told
from escgraph.store.address import address
from escgraph.store.backup import back_up

app = typer.Typer()


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(help="Where to; it must not exist.", show_default=False)],
) -> None:
    """Write a copy of the SQLite database to FILE, as it is at one moment, while others write.

    The copy is checked before it stands there. On PostgreSQL nothing is written: the commands that
    make a backup are printed, and the exit code is 1.
    """
    with told():
        settings = ready()
        if not settings.on_sqlite:
            for command in _commands(settings.database_url, file):
                say(command)
            raise Refusal(
                "nothing was written: PostgreSQL makes its backups itself; run one of these, with "
                "the password in PGPASSWORD or ~/.pgpass"
            )
        must_have_a_folder(settings)
        remark(f"wrote {file}, {_backed_up(settings.database_url, file):,} bytes")


def _backed_up(url: str, file: Path) -> int:
    database = address(url).path
    assert database is not None
    if not database.is_file():
        raise Refusal(f"there is no database at {database}; set ESCGRAPH_DATABASE_URL")
    try:
        return back_up(database, file)
    except FileExistsError:
        raise Refusal(f"{file} exists, and no backup is overwritten; name another") from None
    except OSError as error:
        why = error.strerror or str(error)
        raise Refusal(f"{file} cannot be written: {why}; name another") from error


def _commands(url: str, file: Path) -> tuple[str, str]:
    """A dump of this database, and a copy of the whole server; neither holds a password."""
    parts = urlsplit(url)
    credentials, at, place = parts.netloc.rpartition("@")
    user = credentials.partition(":")[0]
    where = shlex.quote(parts._replace(netloc=f"{user}{at}{place}").geturl())
    to = shlex.quote(str(file))
    return (
        f"pg_dump --format=custom --file={to} --dbname={where}",
        f"pg_basebackup --checkpoint=fast --pgdata={to} --dbname={where}",
    )
