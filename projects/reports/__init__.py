"""What is read and computed of projects; nothing here writes."""
