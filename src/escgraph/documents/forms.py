"""The forms in which a document can be had, each with its media type."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from escgraph.documents.blocks import Document
from escgraph.documents.html import html
from escgraph.documents.markdown import markdown


class DocumentFormat(StrEnum):
    MARKDOWN = "MARKDOWN"
    HTML = "HTML"


class Form(NamedTuple):
    media_type: str
    write: Callable[[Document], str]


FORMS: Mapping[DocumentFormat, Form] = MappingProxyType(
    {
        DocumentFormat.MARKDOWN: Form("text/markdown; charset=utf-8", markdown),
        DocumentFormat.HTML: Form("text/html; charset=utf-8", html),
    }
)
