"""The browser for the graph: read-only pages, a SPARQL endpoint, and the same pages as static files."""
