"""The server: the SPARQL protocol, the saved queries as an API, and every IRI of the graph at its address."""
