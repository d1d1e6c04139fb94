"""Library: everything that was made or attached, to be found again."""

from vnchat.ui import library, sidebar

sidebar.draw()
library.draw()
