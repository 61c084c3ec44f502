"""The command line: read options, call one action, print what came of it."""
