"""From the tree to bytes: one theme, and writers for PDF, Word, HTML and text that walk the same tree."""
