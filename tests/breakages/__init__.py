"""Ways to break the product, each with the cheapest check that should notice it."""
