"""The package of an escalation, attached to the e-mail that tells of it (C3)."""

import asyncio
from dataclasses import dataclass

from escgraph.documents.blocks import Block, Paragraph
from escgraph.domain.notice import ChannelKind
from escgraph.notify.letter import Attachment
from escgraph.queries.notice_briefs import Reading, Told
from escgraph.queries.package_files import PackageFile, Unwritten, unwritten

MOST_BYTES = 200_000
"""Of one file: mail servers refuse large letters, and a phone at night loads slowly."""

FORMS = ("md", "json")


@dataclass(frozen=True, slots=True)
class Attached:
    """`said` is what the letter says of its files."""

    files: tuple[Attachment, ...] = ()
    said: tuple[Block, ...] = ()


async def attachments(told: Told, reading: Reading, *, by: ChannelKind) -> Attached:
    """The package of the last escalation that it tells of, where the way carries files.

    Those outside are not handed files.
    """
    if told.frozen is None or told.brief.outside or by is not ChannelKind.EMAIL:
        return Attached()
    package = await unwritten(told.frozen, reader=reading.reader, zone=reading.zone)
    written = await asyncio.to_thread(_written, package)
    if not written:
        return Attached(said=(Paragraph("Its package is too large to be attached."),))
    files = tuple(Attachment(file.name, file.media_type, file.content) for file in written)
    return Attached(files, (Paragraph("Its whole documentation is attached."),))


def _written(package: Unwritten) -> list[PackageFile]:
    files = (package.small_file(form, most_bytes=MOST_BYTES) for form in FORMS)
    return [file for file in files if file is not None]
