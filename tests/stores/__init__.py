"""Real stores, and servers of the tests' own."""
