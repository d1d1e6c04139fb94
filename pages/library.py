"""Library: everything that was made or attached, to be found again."""

import streamlit as st

from vnchat.ui import library, places, sidebar

sidebar.draw()
if st.session_state.pop(sidebar.PRESSED, False):
    st.switch_page(places.chat())
library.draw()
