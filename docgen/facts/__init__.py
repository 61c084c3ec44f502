"""Fact files in and out: YAML or JSON with the place of every value, checked into models."""
