"""docgen keeps the facts of a client engagement once and makes every document from them."""
