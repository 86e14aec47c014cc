"""Whether the database agrees with itself, as `escgraph doctor --deep` asks."""

from escgraph.queries.consistency import contradictions
from tests.faults.report import Count


async def consistent() -> Count:
    """How many contradictions there are, and the first few of them."""
    found = await contradictions()
    return Count("contradictions", len(found), tuple(str(one) for one in found[:5]))
