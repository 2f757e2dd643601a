"""`python -m taskclf.model_registry`: the command line."""

import sys

from taskclf.model_registry.cli import main

sys.exit(main())
