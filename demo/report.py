"""How a build tells its caller where it stands."""

from collections.abc import Callable

# (step, done, total): called often enough to draw a bar, total is 0 while it is not known.
Report = Callable[[str, int, int], None]
