"""Tests of accounts: staff, customers, roles and signing in."""
