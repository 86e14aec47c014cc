"""Publishing a policy from a shell: first what would change, then doing it."""

from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from escgraph.cli.person import administrator_of
from escgraph.cli.policy_file import text_of
from escgraph.cli.running import Refusal, for_shells, opened
from escgraph.commands.policies import publish_at_once
from escgraph.commands.policy_drafts import Text, read_text
from escgraph.config import Settings
from escgraph.domain.errors import InvalidInputError
from escgraph.domain.policy_diff import Difference, differences
from escgraph.domain.terms import ReviewId
from escgraph.store import policies


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answers:
    author: str
    reason: str
    review: UUID | None


class Publication:
    """A file that is to come into force, and who answers for it.

    It is read once: what was shown is what is published.
    """

    def __init__(self, file: Path, *, author: str, reason: str, review: UUID | None) -> None:
        self._file, self._source = file, text_of(file)
        self._answers = _Answers(author=author, reason=reason, review=review)

    async def prepared(self, settings: Settings) -> tuple[int, tuple[Difference, ...]]:
        """The version in force, and what would change in it.

        Raises:
            Refusal: the file is no policy, and names the line; or the author is no administrator.
            NotFoundError: there is no such author.
        """
        text = await self._read()
        async with opened(settings):
            await administrator_of(self._answers.author)
            in_force = await policies.in_force()
            return in_force.version, differences(in_force, text.policy)

    async def published(self, settings: Settings, *, instead_of: int) -> int:
        """Publish it; the new version.

        Raises:
            Refusal: it names somebody who does not work on tickets.
            StaleVersionError: another version came into force meanwhile.
            InvalidInputError, NotFoundError: there is no reason, or no such review.
        """
        text, review = await self._read(), self._answers.review
        async with opened(settings) as now:
            author = await administrator_of(self._answers.author)
            try:
                return await publish_at_once(
                    text,
                    author=author.id,
                    reason=self._answers.reason,
                    review=None if review is None else ReviewId(review),
                    expected_version=instead_of,
                    at=now,
                )
            except InvalidInputError as error:
                raise self._placed(error) from error

    async def _read(self) -> Text:
        try:
            return await read_text(self._source)
        except InvalidInputError as error:
            raise self._placed(error) from error

    def _placed(self, error: InvalidInputError) -> Exception:
        in_the_file = error.field[:1] == ("yaml",)
        return Refusal(f"{self._file}: {for_shells(error.message)}") if in_the_file else error
