"""What a stranger runs: the programs around proof that read files, ask the network and print."""
