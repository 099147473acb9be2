"""Fixtures of the tests inside the packages."""

from dinh.directory.tests.fixtures import cast, cocsan, fresh_memory

__all__ = ["cast", "cocsan", "fresh_memory"]
