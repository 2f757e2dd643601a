"""`python -m taskclf.model_registry`: the command line."""

import sys

from taskclf.model_registry.cli import main

if __name__ == "__main__":
    sys.exit(main())
