"""Which policy is simulated: that of a file, a published version or a draft."""

from dataclasses import dataclass
from pathlib import Path

from escgraph.cli.running import Refusal
from escgraph.documents import policy_yaml
from escgraph.documents.holiday_dates import of_region
from escgraph.domain.errors import InvalidInputError
from escgraph.domain.policy import Policy
from escgraph.store import policies


@dataclass(frozen=True, slots=True)
class Candidate:
    """What the command line names, one of them at most."""

    file: Path | None
    version: int | None

    def __post_init__(self) -> None:
        if self.file is not None and self.version is not None:
            raise Refusal("name one policy: by --policy or by --version", code=2)

    @property
    def stored(self) -> bool:
        """It lies in the database."""
        return self.version is not None

    @property
    def given(self) -> bool:
        return self.stored or self.file is not None

    async def policy(self) -> Policy:
        """The policy itself; the database is open where it is `stored`.

        Raises:
            Refusal: the file cannot be read, or what it says is no valid policy; names the line.
            NotFoundError: there is no such version.
        """
        if self.version is not None:
            return await policies.of_version(self.version)
        assert self.file is not None
        return _policy(self.file)


def _policy(file: Path) -> Policy:
    try:
        return policy_yaml.read(_text(file), holidays=of_region)
    except InvalidInputError as error:
        raise Refusal(f"{file}: {error.message}") from error


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except OSError as error:
        raise Refusal(f"{file} cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise Refusal(f"{file} is not UTF-8 at byte {error.start + 1}; save it as UTF-8") from error
