"""What a link between two steps rests on, in words."""

from tracker.core.model import Link
from tracker.i18n.words import Words

__all__ = ["basis_words"]


def basis_words(link: Link, words: Words) -> str:
    """Return what a link rests on: its articles where it is law."""
    return "、".join(words(law) for law in link.laws) or words(link.basis)
