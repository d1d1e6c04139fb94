"""Chat: one conversation, what is being written right now, and the composer."""

import streamlit as st

from vnchat.engine import engine
from vnchat.ui import component, composer, connect, head, sidebar, thread
from vnchat.ui.state import opened, say

component.show("warm", key="warm")
sidebar.draw(chat=True)
current = opened()
head.draw(current)
if current.missing:
    st.warning(say("no_such_conversation"), icon=":material/search_off:")
if engine().gateways.only_demo and not current.messages:
    connect.notice()
thread.draw()
composer.draw()
