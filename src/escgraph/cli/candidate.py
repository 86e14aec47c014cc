"""Which policy is simulated: that of a file, a published version or a draft."""

from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from escgraph.cli.policy_file import policy_of
from escgraph.cli.running import Refusal
from escgraph.domain.policy import Policy
from escgraph.domain.terms import PolicyDraftId
from escgraph.store import policies, policy_drafts


@dataclass(frozen=True, slots=True)
class Candidate:
    """What the command line names, one of them at most."""

    file: Path | None
    version: int | None
    draft: UUID | None

    def __post_init__(self) -> None:
        if sum(one is not None for one in (self.file, self.version, self.draft)) > 1:
            raise Refusal("name one policy: by --policy, --version or --draft", code=2)

    @property
    def stored(self) -> bool:
        """It lies in the database."""
        return self.version is not None or self.draft is not None

    @property
    def given(self) -> bool:
        return self.stored or self.file is not None

    async def policy(self) -> Policy:
        """The policy itself; the database is open where it is `stored`.

        Raises:
            Refusal: the file cannot be read, or what it says is no valid policy; names the line.
            NotFoundError: there is no such version or draft.
        """
        if self.draft is not None:
            return (await policy_drafts.by_id(PolicyDraftId(self.draft))).policy
        if self.version is not None:
            return await policies.of_version(self.version)
        assert self.file is not None
        return policy_of(self.file)
