"""Library: everything that was made or attached, to be found again."""

import streamlit as st

from vnchat.ui import library, sidebar

sidebar.draw()
library.draw()
