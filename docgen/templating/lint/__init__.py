"""What is wrong with a template, told from its text alone, before there are any facts."""
