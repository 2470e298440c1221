"""Why a project is late as one sentence of so many characters at most."""

from collections.abc import Iterator

from tracker.core.problems import Message, message
from tracker.core.why_late import Part, WhyLate
from tracker.i18n.words import Words

BRIEF, FULL = 60, 120
"""The most characters: for a phone, and for a page."""
_LEAST = 4
"""A name is cut to no fewer characters."""


def late_sentence(why: WhyLate, words: Words, most: int = FULL) -> str:
    """Return the sentence; what weighs least is left out first, and long names are cut last."""
    texts = map(_Sentence(why, words).text, _shapes(why, brief=most < FULL))
    longest = next((text for text in texts if len(text) <= most), None)
    return longest or _Sentence(why, words).cut(most)


def _shapes(why: WhyLate, *, brief: bool) -> Iterator[tuple[bool, tuple[Message, ...]]]:
    """Yield what the sentence may hold: with its office or not, and its clauses, best first."""
    cause, helped = why.cause, why.help
    for is_brief in (True,) if brief else (False, True):

        def said(part: Part | None, *, is_brief: bool = is_brief) -> tuple[Message, ...]:
            return () if part is None else (part.brief if is_brief else part.full,)

        whole, gist = said(cause) + said(why.effect), said(why.gist)
        yield True, whole + said(helped)
        yield False, whole + said(helped)
        yield False, gist + said(helped)
        yield False, whole
        yield False, gist


class _Sentence:
    """One sentence in one language."""

    def __init__(self, why: WhyLate, words: Words) -> None:
        self.why, self.words = why, words
        self.law = self._law()

    def _law(self, most: int | None = None) -> str:
        """Return the article, or say that no law sets a limit; it is never left out."""
        law = self.why.law
        if law is None:
            return self.words(message("no statutory limit"))
        article = law.brief if most is None else law.shortened(most)
        return article if law.sure else article + self.words(message(" (unconfirmed)"))

    def text(self, shape: tuple[bool, tuple[Message, ...]]) -> str:
        """Return the sentence with some of its parts."""
        with_office, clauses = shape
        return self._made(self.words(self.why.step), clauses, with_office=with_office)

    def _made(self, step: str, clauses: tuple[Message, ...], *, with_office: bool) -> str:
        between = "，" if self.words.language == "zh" else "; "
        said = between.join(map(self.words, clauses))
        if with_office:
            template = message("{step} ({office}, {law}): {clauses}")
        else:
            template = message("{step} ({law}): {clauses}")
        office = self.why.office
        return self.words(template.of(step=step, office=office, law=self.law, clauses=said))

    def cut(self, most: int) -> str:
        """Return the shortest form; the name of the step is cut, and then that of the law."""
        name, gist = self.words(self.why.step), (self.why.gist.brief,)
        cuts = [name, *(f"{name[:length]}…" for length in range(len(name) - 1, _LEAST - 1, -1))]
        texts = [self._made(cut, gist, with_office=False) for cut in cuts]
        for length in range(len(self.law), _LEAST, -1):
            self.law = self._law(length)
            texts.append(self._made(cuts[-1], gist, with_office=False))
        return next((text for text in texts if len(text) <= most), texts[-1])
