"""The SOP's document through the whole schema."""

from escgraph.documents.holiday_dates import of_region
from escgraph.documents.sop_reading import from_html, from_markdown
from escgraph.documents.table_reading import markdown_tables
from escgraph.domain.policy import SOP
from escgraph.domain.terms import Scope
from escgraph.store import policies
from tests.api.office import Office
from tests.api.test_policies import OFFICE, published
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


async def test_what_was_published_is_read_back_from_the_document_of_its_version(
    any_office: Office,
) -> None:
    """Q5: from the file to the database to the page and back, business hours and holidays too."""
    await published(any_office, OFFICE)

    for form, read in (("MARKDOWN", from_markdown), ("HTML", from_html)):
        data = await any_office.data(SOP_DOCUMENT, {"version": 2, "format": form})
        policy = read(data["sopDocument"]["text"], holidays=of_region)
        assert policy == await policies.of_version(2)
        assert policy.calendars["office"].holidays


async def test_its_history_names_who_published_and_why(office: Office) -> None:
    """Q5."""
    await published(office)

    text = (await office.data(SOP_DOCUMENT))["sopDocument"]["text"]

    (newest, first) = markdown_tables(text)["Change history"]
    assert (newest["Version"], newest["By"]) == ("2", "Alan")
    assert newest["Reason"] == "Holds lasted too long"
    assert "A hold lasts 7d at most instead of 14d" in newest["What changed"]
    assert (first["Version"], first["Retired"]) == ("1", "2026-03-02")


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
