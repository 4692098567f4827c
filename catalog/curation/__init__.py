"""What people say of assets: the shapes of their words, and how these lie over what sources say. Pure."""
