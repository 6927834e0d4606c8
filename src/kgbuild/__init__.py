"""kgbuild: from Arabic news to an RDF knowledge graph of diplomatic acts."""

__version__ = "0.1.0"
