"""What an operator asks about results."""
