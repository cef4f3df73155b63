"""What a worker process can be asked to do; each function gets the served data and writes to its reply."""
