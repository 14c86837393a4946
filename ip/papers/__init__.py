"""What is said of results and rights on paper, in the reader's language."""
