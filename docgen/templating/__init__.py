"""Templates and what they see: the catalogue, a sandboxed Jinja, frozen views of the facts, and filters."""
