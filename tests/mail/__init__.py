"""Tests of what is written to whom, and of how it leaves the house."""
