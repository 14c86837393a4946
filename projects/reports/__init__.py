"""What is read across the tables of projects."""
