"""Validators by other hands than ours, made callable, and the proof that each finds what it should."""
