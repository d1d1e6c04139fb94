"""The script of every page: what is true on all of them, then the page itself."""

from pathlib import Path

import streamlit as st

from vnchat.engine import engine
from vnchat.ui import frame
from vnchat.ui.state import say

PAGES = Path(__file__).resolve().parents[2] / "pages"

st.set_page_config(
    page_title="vnchat",
    page_icon=":material/movie:",
    layout="centered",
    initial_sidebar_state="auto",
)
frame.style()
if engine().broken:
    st.error(engine().broken, icon=":material/error:")
    st.caption("Mend it and start vnchat again; nothing is lost.")
    st.stop()
page = st.navigation(
    [
        st.Page(PAGES / "chat.py", title=say("chat"), default=True),
        st.Page(PAGES / "gateways.py", title=say("gateways"), url_path="gateways"),
    ],
    position="hidden",
)
page.run()
