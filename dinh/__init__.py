"""dinh: the digital house of a commune."""

__version__ = "0.2.0.dev0"
