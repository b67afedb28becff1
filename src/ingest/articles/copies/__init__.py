"""Copies of one story: how they are found, which is the original, what they tell of one another."""
