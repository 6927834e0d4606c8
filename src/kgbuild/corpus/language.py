"""Whether a text is Arabic, by its letters."""

import re

from kgbuild.text.folding import fold

_ARABIC_SCRIPT = re.compile(
    "[\u0620-\u064a\u066e-\u06d3\u06d5\u06fa-\u06ff\u0750-\u077f\ufb50-\ufdfb\ufe70-\ufefc]"
)
_OTHER_LANGUAGES = re.compile("[پچژگٹڈڑںےۆێېۍړښڭ]")

OTHER_SHARE = 0.02
"""Share of letters that Arabic lacks above which a text in Arabic script is another language's.

Persian, Urdu, Pashto, Kurdish and Uyghur texts have 3% to 12% of them; Arabic ones have them in a name
now and then.
"""

MIN_LETTERS = 100
"""Below this many letters a foreign name would weigh too much, and the share is not asked."""


def arabic_share(text: str) -> float:
    """Share of letters of the Arabic script among all letters, in [0, 1]; 0 when there are no letters."""
    letters = sum(char.isalpha() for char in text)
    return len(_ARABIC_SCRIPT.findall(text)) / letters if letters else 0.0


def why_not_arabic(text: str, language: str | None, least_share: float) -> str | None:
    """Say why a text is not taken for Arabic; None when it is.

    Args:
        text: the article's text.
        language: BCP 47 tag given with it, if any.
        least_share: least share of letters of the Arabic script, in [0, 1].

    """
    if language is not None and fold(language).text.strip().replace("_", "-").split("-")[0] not in (
        "ar",
        "ara",
    ):
        return f"its language is given as {language[:20]!r}, and only Arabic is read"
    share = arabic_share(text)
    if share < least_share:
        return f"{share:.0%} of its letters are Arabic, and at least {least_share:.0%} must be"
    script = len(_ARABIC_SCRIPT.findall(text))
    other = len(_OTHER_LANGUAGES.findall(text))
    if script >= MIN_LETTERS and other / script > OTHER_SHARE:
        return f"{other / script:.0%} of its letters are not in the Arabic alphabet, as in Persian or Urdu"
    return None
