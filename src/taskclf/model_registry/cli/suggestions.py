"""Did you mean …? For a word that is nearly one of those that are known."""

from collections.abc import Iterable
from difflib import get_close_matches
from itertools import islice

_COMPARED = 5000
"""To compare takes a while; of very many words only the first ones are."""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return the end of a sentence: the known word that is most like this one, if any is."""
    near = get_close_matches(word, islice(known, _COMPARED), n=1)
    return f"; did you mean {near[0]!r}?" if near else ""
