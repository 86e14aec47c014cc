"""Prose with figures in it, written as paragraphs so that it can be read and mended as prose."""


def paragraphs(prose: str, **figures: object) -> tuple[str, ...]:
    """The paragraphs, each in one line; a figure stands where its name stands in braces."""
    parts = prose.strip().split("\n\n")
    return tuple(" ".join(part.split()).format(**figures) for part in parts)
