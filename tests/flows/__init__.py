"""Tests that go through the whole house, from end to end."""
