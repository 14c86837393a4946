"""What members are sent on paper about dues and money."""
