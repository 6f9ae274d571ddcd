"""Tests: they mirror helpdesk/, and everything they need starts and stops by itself."""
