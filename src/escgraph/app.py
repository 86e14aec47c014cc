"""The ASGI application, wired: GraphQL on /graphql, exports, and what an orchestrator asks."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import structlog
import uvicorn
from starlette.applications import Starlette
from starlette.routing import Route, WebSocketRoute

from escgraph.api.context import Surroundings, context_maker
from escgraph.api.export import ResolutionLogExport
from escgraph.api.export_path import PLACE
from escgraph.api.link_page import LinkPage
from escgraph.api.package_page import PackagePage
from escgraph.api.probes import BUSY, UNREACHABLE, Probes, Verdict
from escgraph.api.schema import build_schema
from escgraph.api.serving import Server, server_options
from escgraph.api.session import Session, Unauthenticated
from escgraph.api.transport import GraphQLApp
from escgraph.clock import Clock
from escgraph.commands.from_messages import ACT_PLACE, Links
from escgraph.config import Settings
from escgraph.documents.rows import ROW_FORMS
from escgraph.jobs import deadlines, notices, periodic, pulse, sending, webhooks
from escgraph.jobs.ending import LoopEndedError
from escgraph.jobs.engine_health import PATIENCE, engine_health
from escgraph.jobs.posting import Post
from escgraph.jobs.pulse import Pulse
from escgraph.queries import sessions
from escgraph.queries.linked_packages import PACKAGE_PLACE
from escgraph.runtime import Runtime, beside, posting, running
from escgraph.store import database, stream
from escgraph.store.lives import Watch
from escgraph.stream.hub import Hub

LOOK_AT_TOKENS_EVERY = timedelta(seconds=2)

log = structlog.get_logger(__name__)


class Web:
    """One web process: its surroundings, made at start, and the GraphQL application on them."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._clock: Clock | None = None
        self._surroundings: Surroundings | None = None
        self.failure: LoopEndedError | None = None
        """Why it ended, where that was not because it was told to."""
        self._links = Links(settings.public_url, settings.secret_keys)
        self.graphql = GraphQLApp(
            build_schema(),
            authenticate=self._authenticate,
            make_context=self._make_context,
            allowed_origins=settings.allowed_origins,
        )
        self.probes = Probes(ready=self._ready, engine=self._engine_health)
        self.app = Starlette(
            routes=[
                Route("/graphql", self.graphql),
                WebSocketRoute("/graphql", self.graphql),
                *(
                    Route(
                        f"{PLACE}.{form.ending}",
                        ResolutionLogExport(name, authenticate=self._authenticate),
                    )
                    for name, form in ROW_FORMS.items()
                ),
                Route(
                    f"{ACT_PLACE}/{{token}}",
                    LinkPage(self._links, now=self._now, ring=self._ring),
                ),
                Route(
                    f"{PACKAGE_PLACE}/{{token}}.{{form}}",
                    PackagePage(self._links, now=self._now),
                ),
                Route("/healthz", self.probes.alive),
                Route("/readyz", self.probes.ready),
                Route("/readyz/engine", self.probes.engine),
            ],
            lifespan=self._lifespan,
        )

    @asynccontextmanager
    async def _lifespan(self, _: Starlette) -> AsyncIterator[None]:
        async with (
            running(self._settings, kind="web") as runtime,
            _hub(runtime) as hub,
            posting(self._settings, runtime) as post,
        ):
            self._clock = runtime.clock
            self._surroundings = Surroundings(
                hub,
                runtime.clock,
                runtime.doorbell,
                token_lifetime=timedelta(days=self._settings.token_days),
                allowed_networks=self._settings.allowed_networks,
            )
            loops = [self._watch_tokens(runtime.clock), hub.lasts()]
            if self._settings.engine != "off":
                own = Pulse()
                loops += [
                    self._engine(runtime, own),
                    *self._heartbeat(own),
                    self._periodic(runtime),
                    self._notices(runtime, post),
                    self._webhooks(runtime, post),
                    self._senders(post),
                ]
            try:
                async with beside(*loops):
                    yield
            except LoopEndedError as error:
                self.failure = error

    def _now(self) -> datetime:
        assert self._clock is not None
        return self._clock.now()

    async def _ring(self, position: int) -> None:
        assert self._surroundings is not None
        await self._surroundings.doorbell.ring(position)

    def _heartbeat(self, own: Pulse) -> list[Coroutine[Any, Any, None]]:
        """What an outside watcher hears; he is not to be calmed by who merely stands in."""
        url = self._settings.heartbeat_url
        if url is None or self._stands_in():
            return []
        return [pulse.run(pulse=own, url=url, allowed=self._settings.allowed_networks)]

    async def _engine(self, runtime: Runtime, own: Pulse) -> None:
        """Fire deadlines here: always on SQLite, elsewhere as long as no worker is alive."""
        await deadlines.run(
            clock=runtime.clock,
            ring=runtime.doorbell.ring,
            name=runtime.name,
            stands_in=self._stands_in(),
            pulse=own,
        )

    async def _periodic(self, runtime: Runtime) -> None:
        """Do the periodic work here, under the same condition."""
        await periodic.run(
            clock=runtime.clock,
            ring=runtime.doorbell.ring,
            stands_in=self._stands_in(),
            events_kept=self._settings.events_kept,
        )

    async def _notices(self, runtime: Runtime, post: Post) -> None:
        """Write down here who is told what, under the same condition."""
        await notices.run(
            clock=runtime.clock,
            doorbell=runtime.doorbell,
            mail_is_set=self._settings.smtp_url is not None,
            stands_in=self._stands_in(),
            wake=post.wake.set,
        )

    async def _senders(self, post: Post) -> None:
        """Send messages here, under the same condition."""
        await sending.run(post=post, stands_in=self._stands_in())

    async def _webhooks(self, runtime: Runtime, post: Post) -> None:
        """Pass events on to webhooks here, under the same condition."""
        await webhooks.run(
            clock=runtime.clock,
            doorbell=runtime.doorbell,
            stands_in=self._stands_in(),
            wake=post.wake.set,
        )

    def _stands_in(self) -> bool:
        return self._settings.engine == "auto" and database.dialect() == "postgres"

    async def _authenticate(self, token: str | None) -> Session:
        assert self._clock is not None
        bearer = None
        if token is not None:
            bearer = await sessions.bearer(token, at=self._clock.now())
        if bearer is None:
            raise Unauthenticated(
                "no token; send the header Authorization: Bearer …, on a socket in connection_init"
                if token is None
                else "the token is unknown, expired or revoked; ask for a new one"
            )
        return Session(bearer.actor, bearer.token.scopes, bearer.token.id, bearer.token.expires_at)

    def _make_context(self, session: Session) -> object:
        assert self._surroundings is not None
        return context_maker(self._surroundings)(session)

    async def _watch_tokens(self, clock: Clock) -> None:
        """End what lives by a token that expired or was revoked; Redis has no part in it."""
        while True:
            await asyncio.sleep(LOOK_AT_TOKENS_EVERY.total_seconds())
            held = {session.token_id for session in self.graphql.sessions()}
            try:
                if gone := held - await sessions.good(sorted(held), at=clock.now()):
                    await self.graphql.end_sessions(gone)
            except Exception as error:  # noqa: BLE001 - the edge of a loop that must outlive every fault
                log.warning("tokens.not_checked", error=repr(error))

    async def shutdown(self) -> None:
        """Ask for no more requests, and let go of what would never end by itself."""
        self.probes.drain()
        await self.graphql.shutdown()

    async def _ready(self) -> Verdict:
        assert self._surroundings is not None
        heard = self._surroundings.doorbell.health.connected
        try:
            await stream.head()
        except _AWAY as error:
            verdict, word = _without_database(error)
        else:
            verdict, word = Verdict(ready=True), "ok"
        return replace(verdict, more={"database": word, "doorbell": "ok" if heard else "lost"})

    async def _engine_health(self) -> Verdict:
        assert self._clock is not None
        try:
            health = await engine_health(
                now=self._clock.now(), patience=self._clock.within(PATIENCE)
            )
        except _AWAY as error:
            return _without_database(error)[0]
        stands_in = health.replaced and self._stands_in()
        return Verdict(
            ready=not health.fault,
            reason=health.fault,
            advice=health.advice,
            more={"stands_in": stands_in},
        )


_AWAY = (database.DatabaseBusy, database.DatabaseUnavailable)


def _without_database(error: Exception) -> tuple[Verdict, str]:
    """In words that are for strangers too; the error's own name hosts."""
    if isinstance(error, database.DatabaseBusy):
        return BUSY, "busy"
    return UNREACHABLE, "unreachable"


def create_app(settings: Settings) -> Starlette:
    """The application for any ASGI server; `serve` runs it under ours, which ends streams well."""
    return Web(settings).app


async def serve(settings: Settings, *, on_started: Callable[[], None]) -> None:
    """Serve until a signal; calls `on_started` once the address answers."""
    web = Web(settings)
    config = uvicorn.Config(
        web.app,
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        lifespan="on",
        **server_options(),  # type: ignore[arg-type]  # keyword arguments by name
    )
    server = Server(config, before_shutdown=web.shutdown)
    starting = asyncio.create_task(_when_started(server, on_started))
    try:
        await server.serve()
    finally:
        starting.cancel()
    if web.failure is not None:
        raise web.failure


async def _when_started(server: Server, on_started: Callable[[], None]) -> None:
    while not server.started:  # noqa: ASYNC110 - uvicorn sets a flag and nothing to wait for
        await asyncio.sleep(0.02)
    on_started()


@asynccontextmanager
async def _hub(runtime: Runtime) -> AsyncIterator[Hub]:
    hub = Hub(read=stream.read, head=Watch().head, oldest=stream.oldest, doorbell=runtime.doorbell)
    await hub.start()
    try:
        yield hub
    finally:
        await hub.stop()
