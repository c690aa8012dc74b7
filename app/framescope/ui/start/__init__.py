"""What stands there before the first connection: the card, and how to read what will come."""
