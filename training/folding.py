"""Training text goes through the reading that the adapter gives the models."""

from kgbuild.nlp.reading import read


def fold(text: str) -> str:
    """``text`` as the models will see it: without vowel marks, with plain quotes and digits."""
    return read(text).text
