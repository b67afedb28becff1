"""A whole web page as an article: what its markup says, where its body is, the credits around it."""
