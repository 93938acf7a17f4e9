"""`python -m tagparity`."""

from .cli import main

main()
