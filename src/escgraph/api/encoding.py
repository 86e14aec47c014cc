"""A result as JSON: the one place that encodes."""

from typing import Any

import orjson
from strawberry.http import process_result
from strawberry.types.execution import ExecutionResult, PreExecutionError


def encode_result(result: ExecutionResult) -> bytes:
    """The JSON of a result on one line; what could not even start has no `data`."""
    answer: dict[str, Any] = {**process_result(result)}
    if isinstance(result, PreExecutionError):
        del answer["data"]
    return orjson.dumps(answer)
