"""Tests of helpdesk.escalation."""
