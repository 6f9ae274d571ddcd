"""Tests of helpdesk.reports."""
