"""TreatyGraph: treaties and territorial positions as a graph, each assertion tied to the passage that says it."""

__all__ = ["__version__"]

__version__ = "0.1.0"
