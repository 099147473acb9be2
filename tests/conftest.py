"""Fixtures of the tests over the whole house."""

from dinh.directory.tests.fixtures import cast, cocsan, fresh_memory, own_home

__all__ = ["cast", "cocsan", "fresh_memory", "own_home"]
