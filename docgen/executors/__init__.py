"""Carry many small pieces of work: in this process, in processes beside it, or on a cluster."""
