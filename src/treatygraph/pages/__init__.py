"""The explorer: pages for people, complete without a script, the same on a server and as files."""
