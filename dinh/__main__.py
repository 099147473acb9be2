"""`python -m dinh` is the `dinh` command."""

from dinh.config.cli import main

raise SystemExit(main())
