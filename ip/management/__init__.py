"""The command line of results and rights."""
