"""Tests of orders: bringing them in, and finding them."""
