"""`escgraph serve`: a web process."""

import errno
import logging
import socket
from contextlib import suppress
from typing import Annotated

import typer

from escgraph.app import serve as serve_until_signal
from escgraph.cli.alive import living_engine
from escgraph.cli.console import remark
from escgraph.cli.migrate import migrate_and_seed
from escgraph.cli.running import Refusal, finish, must_have_a_folder, opened, ready, told
from escgraph.cli.welcome import url, welcome
from escgraph.commands.seeding import DemoToken, seed_demo
from escgraph.config import Settings, masked
from escgraph.store.migrate import NotMigratedError, pending

app = typer.Typer()

STOP_IT = "perhaps `make run` or `make demo` runs already: stop it first (Ctrl-C)"


@app.command()
def serve(
    *,
    demo: Annotated[
        bool,
        typer.Option(
            "--demo", help="Migrate, seed a few people, and print tokens for them; SQLite only."
        ),
    ] = False,
    host: Annotated[
        str | None, typer.Option(help="The address to listen on.", show_default=False)
    ] = None,
    port: Annotated[
        int | None, typer.Option(help="The port to listen on.", show_default=False)
    ] = None,
) -> None:
    """Answer GraphQL on /graphql until SIGTERM or SIGINT.

    On SQLite it fires the deadlines too; elsewhere it does as long as no worker is alive.
    """
    with told(), suppress(KeyboardInterrupt):
        settings = ready(host=host, port=port)
        finish(_serve_demo(settings) if demo else _serve(settings))


async def _serve(settings: Settings) -> None:
    must_have_a_folder(settings)
    missing = await pending(settings.database_url)
    if missing:
        raise NotMigratedError(
            f"{masked(settings.database_url)} does not exist or lacks {', '.join(missing)}; "
            "run: escgraph migrate (or escgraph serve --demo, to look around)"
        )
    must_be_free(settings)
    await serve_until_signal(settings, on_started=lambda: remark(f"escgraph: {url(settings)}"))


async def _serve_demo(settings: Settings) -> None:
    await must_be_alone(settings)
    logging.getLogger("uvicorn").setLevel(logging.WARNING)  # the welcome says that it runs, and how
    tokens = await prepare_demo(settings)
    await serve_until_signal(
        settings, on_started=lambda: welcome(settings, tokens, again="make run")
    )


async def must_be_alone(settings: Settings) -> None:
    """Pass if a demo may begin: the database is for demos, and nobody is at work in our place.

    Raises:
        Refusal: it is none, the port is taken, or an engine lives on that very database.
    """
    must_be_for_demos(settings)
    must_be_free(settings, advice=f"{STOP_IT}, or ")
    engine = await living_engine(settings)
    if engine is not None:
        raise Refusal(
            f"{engine} is at work on {masked(settings.database_url)}, and a new demo would take "
            f"its tokens away; {STOP_IT}"
        )


def must_be_free(settings: Settings, *, advice: str = "") -> None:
    """Pass if nobody listens on the address yet; `advice` goes before what else can be done.

    Raises:
        Refusal: somebody does, or it is none of this machine.
    """
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            ours = advice if error.errno == errno.EADDRINUSE else ""
            raise Refusal(
                f"cannot listen on {settings.host} port {settings.port}: {error.strerror}; "
                f"{ours}choose others with ESCGRAPH_HOST and ESCGRAPH_PORT"
            ) from error


def must_be_for_demos(settings: Settings) -> None:
    """Pass if the database is a SQLite file.

    Raises:
        Refusal: it is none.
    """
    if not settings.on_sqlite:
        raise Refusal(
            "a demo prints tokens for everybody to see, so it runs on a SQLite file only; "
            "leave ESCGRAPH_DATABASE_URL out, or add people with: escgraph person create",
            code=2,
        )


async def prepare_demo(settings: Settings) -> list[DemoToken]:
    """Migrate and seed the database with the demo's people; their new tokens."""
    await migrate_and_seed(settings)
    async with opened(settings) as now:
        return await seed_demo(at=now)
