"""Rules over the models as pure functions: terms in force, progress, deadlines; no clock, no files."""
