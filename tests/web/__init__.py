"""The pages, as people use them and as attackers would."""
