"""Tests of helpdesk.returns."""
