"""What participants are given on paper."""
