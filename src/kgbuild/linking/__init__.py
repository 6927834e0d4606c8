"""Linking: mentions of a text to entities of a curated gazetteer."""

from kgbuild.linking.linker import Linked, Linker

__all__ = ["Linked", "Linker"]
