"""Where a letter goes: unsealed for the time of one attempt, and never shown."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Target:
    """`address` is an e-mail address or a URL; `secrets` sign, the newest first (webhooks)."""

    name: str
    address: str = field(repr=False)
    secrets: tuple[str, ...] = field(default=(), repr=False)
