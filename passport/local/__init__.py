"""One machine: makes the environment, runs the servers and the processes. Standard library only."""
