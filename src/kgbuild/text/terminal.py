"""Text for a terminal: what could give it orders, or forge what it shows, is made visible."""

import re

_UNSEEN = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff"
    "\U000e0000-\U000e007f]"
)


def visible(text: str) -> str:
    """The text with ``⟨U+001B⟩`` for an escape character, and so for every other that is not seen.

    These are control characters, those that turn the direction of text or take no room, and lone
    surrogates. Line feeds stay.
    """
    return _UNSEEN.sub(lambda one: f"⟨U+{ord(one[0]):04X}⟩", text)


def escaped(json_text: str) -> str:
    """JSON text with the same characters written as escapes, which leaves its meaning as it is."""
    return _UNSEEN.sub(_escape, json_text)


def _escape(one: re.Match[str]) -> str:
    units = one[0].encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[n]:02x}{units[n + 1]:02x}" for n in range(0, len(units), 2))
