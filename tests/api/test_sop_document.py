"""The SOP's document through the whole schema."""

from escgraph.documents.sop_reading import from_html, from_markdown
from escgraph.domain.policy import SOP
from escgraph.domain.terms import Scope
from tests.api.office import Office
from tests.domain.policies import holidays_of

SOP_DOCUMENT = """query($version: Int, $format: DocumentFormat! = MARKDOWN) {
  sopDocument(policyVersion: $version, format: $format) {version format mediaType text}
}"""


async def test_the_sop_of_the_policy_in_force_comes_as_markdown_unless_asked_otherwise(
    any_office: Office,
) -> None:
    """Q5."""
    found = (await any_office.data("{sopDocument {version format mediaType text}}"))["sopDocument"]

    assert (found["version"], found["format"]) == (1, "MARKDOWN")
    assert found["mediaType"] == "text/markdown; charset=utf-8"
    assert from_markdown(found["text"], holidays=holidays_of) == SOP


async def test_as_html_it_is_a_page_of_its_own(any_office: Office) -> None:
    """Q5."""
    data = await any_office.data(SOP_DOCUMENT, {"version": 1, "format": "HTML"})

    found = data["sopDocument"]
    assert found["mediaType"] == "text/html; charset=utf-8"
    assert found["text"].startswith("<!DOCTYPE html>")
    assert from_html(found["text"], holidays=holidays_of) == SOP


async def test_everybody_who_may_read_reads_the_sop(office: Office) -> None:
    """P2."""
    for by in office.everybody:
        data = await office.data(SOP_DOCUMENT, by=by)
        assert data["sopDocument"]["version"] == 1
    error = await office.refusal(SOP_DOCUMENT, scopes=(Scope.ACT,))
    assert error["extensions"]["code"] == "FORBIDDEN"


async def test_a_version_that_is_not_there_is_not_found(office: Office) -> None:
    error = await office.refusal(SOP_DOCUMENT, {"version": 9})

    assert error["extensions"]["code"] == "NOT_FOUND"
    assert "no policy version 9" in error["message"]
