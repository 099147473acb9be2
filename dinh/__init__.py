"""dinh: the digital house of a commune."""

__version__ = "0.1.0"
