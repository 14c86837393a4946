"""The REST interface of results and rights."""
