"""What an operator runs about dues."""
