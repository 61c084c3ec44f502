"""The neutral document: one numbered tree that every writer walks; it knows nothing of engagements."""
