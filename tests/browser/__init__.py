"""In a real browser, against a real server, with a real mail server behind it."""
