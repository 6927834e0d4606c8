"""From what was read in an article to RDF: IRIs, the three layers, provenance, serializations, rows."""
