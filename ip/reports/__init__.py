"""What is read across the tables of results and rights."""
