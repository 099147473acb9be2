"""Fixtures of the tests inside the packages."""

from dinh.directory.tests.fixtures import cast, cocsan, fresh_memory, own_home

__all__ = ["cast", "cocsan", "fresh_memory", "own_home"]
