"""Which path is answered by what. The server calls `answer` with a recorded request."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping

from starlette.responses import FileResponse, JSONResponse, Response

from . import audio, images, native, tasks, videos
from .chat import complete, model_named
from .jobs import Jobs
from .midjourney import Midjourney
from .models import model_list, price_list
from .protocol import Refused
from .records import Request
from .studio import Studio
from .suno import Suno


def _check_model(body: Mapping[str, object]) -> None:
    name = body.get("model")
    if not isinstance(name, str) or not name:
        raise Refused(400, "model is required", code="invalid_value", param="model")
    model_named(name)


class Routes:
    def __init__(self, studio: Studio) -> None:
        self._studio = studio
        jobs = Jobs(studio)
        # What comes in a body goes to a function of the endpoint; names in the path are groups.
        self._posts: dict[str, Callable[[object], Awaitable[Response]]] = {
            "/v1/chat/completions": lambda body: complete(body, studio),
            "/v1/images/generations": lambda body: images.generate(body, studio),
            "/v1/images/edits": lambda body: images.edit(body, studio),
            "/v1/images/variations": lambda body: images.vary(body, studio),
            "/v1/messages": lambda body: native.messages(body, studio),
            "/v1/audio/speech": lambda body: audio.speech(body, studio),
            "/v1/audio/transcriptions": lambda body: audio.transcription(body, studio),
            "/v1/audio/translations": lambda body: audio.translation(body, studio),
            "/v1/videos": lambda body: videos.create(body, jobs),
            "/v1/video/generations": lambda body: tasks.submit(body, jobs),
            "/v1/video/create": lambda body: tasks.create(body, jobs),
        }
        self._named: dict[str, Callable[[str, object], Awaitable[Response]]] = {
            r"POST /v1beta/models/([\w.-]+:\w+)": lambda name, body: native.generate(
                name, body, studio
            ),
            r"GET /v1/videos/([\w-]+)": lambda name, _: videos.retrieve(name, jobs),
            r"GET /v1/videos/([\w-]+)/content": lambda name, _: videos.content(name, jobs),
            r"POST /v1/videos/(edits)": lambda _, body: videos.edit(body, jobs),
            r"POST /v1/videos/(extensions)": lambda _, body: videos.extend(body, jobs),
            r"POST /sora/v1/(characters)": lambda _, body: videos.character(body, jobs),
            r"POST /v1/videos/([\w-]+)/remix": lambda name, body: videos.remix(name, body, jobs),
            r"DELETE /v1/videos/([\w-]+)": lambda name, _: videos.delete(name, jobs),
            r"GET /v1/video/generations/([\w-]+)": lambda name, _: tasks.fetch(name, jobs),
            r"GET /v1/video/query/([\w-]+)": lambda name, _: tasks.query(name, jobs),
        }
        self._jobs = jobs
        self._providers(Midjourney(studio), Suno(studio))

    def _providers(self, midjourney: Midjourney, suno: Suno) -> None:
        """Routes of providers beside /v1."""
        self._named |= {
            r"POST /mj/submit/([\w-]+)": midjourney.submit,
            r"POST /suno/submit/(music|lyrics)": suno.submit,
            r"GET /suno/fetch/([\w-]+)": lambda name, _: suno.fetch(name),
            r"GET /mj/task/([\w-]+)/fetch": lambda name, _: midjourney.fetch(name),
        }

    async def answer(self, request: Request, query: str) -> Response:
        method, path = request.method, request.path
        if method == "GET" and path == "/v1/models":
            return JSONResponse(model_list())
        if method == "GET" and path == "/api/pricing":
            return JSONResponse(price_list())
        if method == "GET" and path == "/v1/videos":
            return await videos.every(self._jobs)
        if method == "POST" and path in self._posts:
            if isinstance(request.body, dict) and path != "/v1/chat/completions":
                _check_model(request.body)
            return await self._posts[path](request.body)
        if path == "/v1/video/query":
            path = f"{path}/{query}"
        for pattern, answer in self._named.items():
            if found := re.fullmatch(pattern, f"{method} {path}"):
                return await answer(found[1], request.body)
        raise Refused(404, f"Invalid URL ({method} {path})", code="", param="")

    def file(self, name: str) -> Response:
        """A made clip, picture or sound."""
        path = self._studio.folder / name
        if (
            not re.fullmatch(r"[0-9a-f]{16}\.(?:mp4|webm|mp3|png|jpeg|webp)", name)
            or not path.is_file()
        ):
            raise Refused(404, "There is no such file.", code="not_found")
        return FileResponse(path, headers={"access-control-allow-origin": "*"})
