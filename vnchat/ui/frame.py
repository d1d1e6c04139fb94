"""The frame around every page: the few rules of style that Streamlit's theme cannot say."""

import streamlit as st

_CSS = """<style>
[data-testid=stMainBlockContainer] { max-width: 46rem; padding-top: 0; padding-bottom: 1rem; }
[data-testid=stMainBlockContainer]:not(:has(.st-key-head)) { padding-top: 1.2rem; }
[data-testid=stBottomBlockContainer] { max-width: 46rem; padding-bottom: 1rem; }
[data-testid=stChatInput] { border-radius: 1.1rem; }
[data-testid=stFileChip] [data-tokens]:not([data-tokens=""])::after {
  content: " · " attr(data-tokens);
}
[data-testid=stCaptionContainer] { opacity: .9; }
[data-testid=stStatusWidget], [data-testid=stAppDeployButton] { display: none; }
[data-testid=stHeader] { background: transparent; height: 3rem; pointer-events: none; }
[data-testid=stHeader] div { pointer-events: none; }
[data-testid=stHeader] button { pointer-events: auto; }
[data-testid=stLayoutWrapper]:has(> .st-key-head) {
  position: sticky; top: 0; z-index: 5; background: light-dark(#ffffff, #17181b);
}
.st-key-head { padding: .35rem 0; min-height: 3rem; }
.stApp:has([data-testid=stExpandSidebarButton]) .st-key-head { padding-left: 2.2rem; }
.stApp:has([data-testid=stExpandSidebarButton])
  [data-testid=stMainBlockContainer]:not(:has(.st-key-head, .vn-library)) { padding-top: 2.8rem; }
[data-testid=stSidebarUserContent] { padding-top: 0; }
[data-testid=stSidebarHeader] { height: 3rem; margin-bottom: 0; }
.st-key-waiting button { min-height: 2rem; padding: 0 .6rem; }
.stApp:has(.vn-message) .st-key-demo-notice { display: none; }
/* nothing but a hidden component: it takes no room, and its menu can still be shown */
.st-key-beside-prompt:not(
  :has(button:not([hidden], .vn-choice, .vn-mic, .vn-halt), .vn-tokens:not([hidden]))
) {
  height: 0; min-height: 0; margin-bottom: -1rem;
}
/* white on the dark theme's lighter accent would be 3.6 : 1 */
button[kind^=primary], button[kind^=primary] p { color: light-dark(#ffffff, #10131c) !important; }
.st-key-foot { margin-top: 1rem; }
.st-key-foot [data-testid=stButtonGroup] { margin-top: .5rem; }
.st-key-foot a { min-height: 2rem; align-items: center; }
@media (prefers-reduced-motion: reduce) {
  * { transition: none !important; animation: none !important; }
}
</style>"""


def style() -> None:
    st.html(_CSS)
