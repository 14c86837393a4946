"""The command line of dues and money."""
