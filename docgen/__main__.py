"""`python -m docgen` is the command line."""

from docgen.cli.main import main

if __name__ == "__main__":
    main()
