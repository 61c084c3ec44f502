"""Everything a person can do: one function for each, whatever the way they ask for it."""
