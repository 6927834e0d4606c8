"""Questions in SPARQL: the catalog, their parameters, running them and showing the answers."""
