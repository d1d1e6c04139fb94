"""vnchat: chat with models behind an OpenAI-compatible gateway, videos in the conversation."""

__version__ = "0.1.0"
