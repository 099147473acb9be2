"""Pages of the portal, one module per part of the story: read, sign in, fill, follow, check."""
