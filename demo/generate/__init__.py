"""Raw rows of the demo shop, one module a noun; nothing here touches a database."""

from demo.generate.world import World, generate

__all__ = ["World", "generate"]
