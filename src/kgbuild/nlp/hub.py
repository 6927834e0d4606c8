"""Fetching the official Arabic models, when the user asks for them."""

import contextlib
import socket
import urllib.error
import urllib.request
import warnings
from collections.abc import Iterator
from pathlib import Path

import stanza
from stanza.resources.common import DEFAULT_RESOURCES_URL, DEFAULT_RESOURCES_VERSION

from kgbuild.errors import ModelError

PROCESSORS = ("tokenize", "mwt", "pos", "lemma", "depparse", "ner")


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Keep Stanza's and torch's warnings about their own insides from users."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def download(folder: Path, timeout: float) -> None:
    """Fetch the official Arabic models into ``folder``.

    Args:
        folder: where to; made if missing.
        timeout: seconds of silence after which the hub counts as not answering.

    Raises:
        ModelError: if the hub does not answer, or what it sends is not what it promised.

    """
    url = f"{DEFAULT_RESOURCES_URL}/resources_{DEFAULT_RESOURCES_VERSION}.json"
    advice = "Try again where it can be reached, or go on with the bundled models (--models bundled)."
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(timeout)
    try:
        if not url.startswith("https://"):
            raise ModelError(f"STANZA_RESOURCES_URL is {url!r}: models are fetched over https only.")
        urllib.request.urlopen(url, timeout=timeout).close()  # noqa: S310
        with quiet():
            stanza.download(
                "ar",
                model_dir=str(folder),
                processors=",".join(PROCESSORS),
                logging_level="CRITICAL",
                verbose=False,
            )
    except (urllib.error.URLError, TimeoutError) as error:
        raise ModelError(f"the model hub does not answer ({url}: {error}). {advice}") from error
    except (OSError, ValueError, RuntimeError) as error:
        raise ModelError(f"the official models could not be fetched: {error}. {advice}") from error
    finally:
        socket.setdefaulttimeout(before)
