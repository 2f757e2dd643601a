"""What is said: the two documents of a bundle, their fields, and what can be wrong with them."""
