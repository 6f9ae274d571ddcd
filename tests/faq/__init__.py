"""Questions and answers: their file, how they are found, and what was said of them."""
