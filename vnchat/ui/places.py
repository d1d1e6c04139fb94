"""The pages, as the navigation and the links between them name them."""

from pathlib import Path

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from vnchat.ui.state import say

PAGES = Path(__file__).resolve().parents[2] / "pages"


def chat() -> StreamlitPage:
    return st.Page(PAGES / "chat.py", title=say("chat"), default=True)


def gateways() -> StreamlitPage:
    return st.Page(PAGES / "gateways.py", title=say("gateways"), url_path="gateways")


def assistants() -> StreamlitPage:
    return st.Page(PAGES / "assistants.py", title=say("assistants"), url_path="assistants")


def library() -> StreamlitPage:
    return st.Page(PAGES / "library.py", title=say("library"), url_path="library")
