"""What legal does with words: compare what came back with what went out."""
