"""What is remembered: an append-only log of events, the files they name by hash, and proof of both."""
