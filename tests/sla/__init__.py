"""Tests of helpdesk.sla."""
