"""What is read across the tables of dues and money."""
