"""Keeping queries at home: SERVICE would make this machine call an address out of the query.

Oxigraph has no switch for it, and ``kgbuild serve`` takes queries from whoever reaches it.
"""

import re
from typing import Final

from kgbuild.errors import UsageError

_OPAQUE: Final = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*"""'
    r"|'''(?:[^'\\]|\\.|'(?!''))*'''"
    r'|"(?:[^"\\\n\r]|\\.)*"'
    r"|'(?:[^'\\\n\r]|\\.)*'"
    r'|<(?:[^<>"{}|^`\\\x00-\x20]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*>'
    r"|#[^\n\r]*"
    r"|\\.",
    re.DOTALL,
)
"""Strings, IRIs, comments and escaped characters: what stands in them is no keyword."""
_SERVICE: Final = re.compile(r"(?<![^\W\d])(?<![?$:_-])SERVICE", re.IGNORECASE)
"""The word where no name runs into it: Oxigraph reads ``1SERVICE<x>{`` and ``SERVICEa:b{`` as the keyword."""


def refuse_service(query: str) -> None:
    """Raise unless ``query`` can be answered from the store alone.

    Raises:
        UsageError: if it holds a SERVICE clause (or something that can be taken for one).
    """
    if _SERVICE.search(_OPAQUE.sub(" ", query)):
        raise UsageError(
            "The query holds SERVICE, which asks another server; kgbuild answers from its own graph alone. "
            "Ask that server yourself, and this graph without SERVICE."
        )
