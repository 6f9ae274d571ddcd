"""Tests of the stores: their hours, calendars and promises."""
