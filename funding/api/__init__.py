"""REST of dues and money."""
