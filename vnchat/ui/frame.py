"""The frame around every page: the few rules of style that Streamlit's theme cannot say."""

import streamlit as st

_CSS = """<style>
[data-testid=stMainBlockContainer] { max-width: 46rem; padding-top: 3.2rem; padding-bottom: 1rem; }
[data-testid=stBottomBlockContainer] { max-width: 46rem; padding-bottom: 1rem; }
[data-testid=stChatInput] { border-radius: 1.1rem; }
[data-testid=stCaptionContainer] { opacity: .9; }
[data-testid=stStatusWidget], [data-testid=stAppDeployButton] { display: none; }
.st-key-head { position: sticky; top: 2.6rem; z-index: 5; background: var(--st-background-color); }
.st-key-head [data-testid=stText] {
  font-weight: 600; overflow: hidden; text-overflow: ellipsis; white-space: nowrap;
}
.st-key-waiting button { min-height: 2rem; padding: 0 .6rem; }
.st-key-foot { margin-top: 1rem; }
@media (prefers-reduced-motion: reduce) {
  * { transition: none !important; animation: none !important; }
}
</style>"""


def style() -> None:
    st.html(_CSS)
