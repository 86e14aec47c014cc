"""JSON values as YAML that people read: blocks, short lists on one line, no needless quotes."""

import json
import re
from collections.abc import Mapping
from typing import Any

from yaml import ScalarNode
from yaml.resolver import Resolver

_PLAIN = re.compile(r"[^\W_]([\w ./@()+&'-]*[\w)])?")
_ESCAPED = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_TEXT = "tag:yaml.org,2002:str"


def block(values: Mapping[str, Any]) -> str:
    """The keys with their values, each line ended."""
    return "".join(f"{line}\n" for key, value in values.items() for line in _entry(key, value))


def word(value: str | int | None) -> str:
    """A value that every reader of YAML takes for the same: quoted where one of them might not."""
    if value is None:
        return "null"
    if isinstance(value, int):
        return str(value)
    if _PLAIN.fullmatch(value) and _is_text(value):
        return value
    quoted = json.dumps(value, ensure_ascii=False)
    return _ESCAPED.sub(lambda found: f"\\u{ord(found[0]):04x}", quoted)


def _is_text(value: str) -> bool:
    """Whether a plain word is no number, day, truth or nothing to the readers of YAML 1.1."""
    tag = Resolver().resolve(ScalarNode, value, (True, False))  # type: ignore[no-untyped-call]
    return bool(tag == _TEXT)


def _entry(key: str, value: Any) -> list[str]:  # noqa: ANN401 - JSON
    head = f"{word(key)}:"
    if isinstance(value, Mapping):
        if not value:
            return [f"{head} {{}}"]
        return [head, *(f"  {line}" for name in value for line in _entry(name, value[name]))]
    if isinstance(value, list):
        return _listing(head, value)
    return [f"{head} {word(value)}"]


def _listing(head: str, values: list[Any]) -> list[str]:
    if not any(isinstance(value, Mapping) for value in values):
        return [f"{head} [{', '.join(word(value) for value in values)}]"]
    lines = [head]
    for value in values:
        first, *rest = (line for name in value for line in _entry(name, value[name]))
        lines += [f"  - {first}", *(f"    {line}" for line in rest)]
    return lines
