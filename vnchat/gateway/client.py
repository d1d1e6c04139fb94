"""The calls to a gateway: a completion, the list of models. Bytes out; foreign errors become ours.

Built on the official `openai` package with its own repeats switched off. What bytes mean is
decided in `vnchat.reading`, whether something is sent again in `repeats.py`.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from vnchat.gateway.ambient import not_ours
from vnchat.gateway.faults import GatewayFault, fault_of, refused_by
from vnchat.gateway.keys import Key
from vnchat.gateway.modellist import ModelList, read_models
from vnchat.gateway.profile import Profile
from vnchat.gateway.repeats import How, Outcome, may_repeat
from vnchat.reading import Fault

if TYPE_CHECKING:
    import httpx2
    from openai import AsyncOpenAI

    from vnchat.gateway.network import Network

MOST_ERROR_BYTES = 1_000_000
MOST_LIST_BYTES = 16_000_000
MOST_ANSWER_BYTES = 256_000_000  # a picture inside the answer is megabytes, never this
ERROR_SECONDS = 20.0  # for the body of a refusal, however it drips
LIST_SECONDS = 30.0


class Answer:
    """Status and headers of one response, and its body as it comes."""

    def __init__(self, response: httpx2.Response, secret: str) -> None:
        self._response = response
        self._secret = secret
        self.status: int = response.status_code
        self.headers: Mapping[str, str] = response.headers
        self.content_type: str = response.headers.get("content-type", "")
        self.retry_after: str = _retry_after(response.headers)
        self.got = 0

    async def bytes(self) -> AsyncIterator[bytes]:
        chunks = _body_of(self._response)
        while True:
            try:
                chunk = await anext(chunks)
            except StopAsyncIteration:
                return
            except Exception as error:
                how: How = "after_first_byte" if self.got else "before_first_byte"
                raise fault_of(error, self._secret, how) from error
            self.got += len(chunk)
            if self.got > MOST_ANSWER_BYTES:
                raise GatewayFault("after_first_byte", Fault("reset", "The answer has no end."))
            yield chunk


class GatewayClient:
    """One for the whole process. Safe for many requests at once on one loop."""

    def __init__(
        self,
        *,
        idle_seconds: float = 300.0,
        connect_seconds: float = 10.0,
        unstreamed_seconds: float = 1800.0,
    ) -> None:
        self._idle = idle_seconds
        self._connect = connect_seconds
        # Without a stream a video is silent until it is made; gateways poll up to half an hour.
        self._unstreamed = max(unstreamed_seconds, idle_seconds)
        self._http: httpx2.AsyncClient | None = None
        self._network: Network | None = None
        self._clients: dict[str, AsyncOpenAI] = {}

    def warm(self) -> None:
        """Import what is slow to import and build the HTTP client, so that no request waits."""
        self._http_client()

    async def ready(self, profile: Profile) -> None:
        """Open the connection that the next request to this gateway finds, if it comes soon.

        Nothing is asked, and a vain attempt is silent: the request itself will tell. Where a proxy
        stands between, nothing is opened.
        """
        import httpx2

        http: Any = self._http_client()
        address = httpx2.URL(profile.base_url)
        if self._network is not None and http._transport_for_url(address) is http._transport:
            port = address.port or (443 if address.scheme == "https" else 80)
            await self._network.ready(address.raw_host.decode(), port, self._connect)

    @asynccontextmanager
    async def completion(
        self,
        profile: Profile,
        key: Key | str | None,
        body: Mapping[str, Any],
        *,
        run_id: str,
        stream: bool,
    ) -> AsyncIterator[Answer]:
        """POST chat/completions once. 3xx, 4xx and 5xx come back as an Answer too.

        Leaving the block, by cancelling too, closes the connection. Raises GatewayFault.
        """
        headers = {"Idempotency-Key": run_id, "Content-Type": "application/json"}
        silence = self._idle if stream else self._unstreamed
        async with self._sent(
            "POST", "/chat/completions", profile, key, headers, silence, encoded(body)
        ) as answer:
            yield answer

    @asynccontextmanager
    async def call(
        self,
        method: str,
        path: str,
        profile: Profile,
        key: Key | str | None,
        *,
        headers: Mapping[str, str],
        content: bytes | None = None,
        form: Sequence[tuple[str, Any]] = (),
        silence: float | None = None,
    ) -> AsyncIterator[Answer]:
        """One request to a path of this gateway, sent once. As `completion` otherwise."""
        if "://" in path or not path.startswith("/"):
            raise ValueError("only paths: an address would carry the key elsewhere")
        async with self._sent(
            method, path, profile, key, headers, silence or self._unstreamed, content, form
        ) as answer:
            yield answer

    @asynccontextmanager
    async def typed(
        self,
        ask: Callable[[AsyncOpenAI, Mapping[str, Any]], Any],
        profile: Profile,
        key: Key | str | None,
        *,
        run_id: str,
    ) -> AsyncIterator[Answer]:
        """One call by a typed method of the package, its answer as raw bytes, sent once.

        `ask(client, options)` gives the method's `with_streaming_response`, called with both.
        """
        import httpx2
        from openai import APIConnectionError, APIStatusError

        secret = secret_of(key)
        headers = {"Idempotency-Key": run_id}
        options = self._options(profile, secret, headers, self._unstreamed)
        given = {"extra_headers": options["headers"], "timeout": options["timeout"]}
        try:
            raw = await ask(self._client_for(profile.base_url), given).__aenter__()
            response: httpx2.Response = raw.http_response
        except APIStatusError as error:
            response = error.response
        except (APIConnectionError, httpx2.HTTPError, httpx2.InvalidURL) as error:
            raise fault_of(error, secret, "before_first_byte") from error
        try:
            yield Answer(response, secret)
        finally:
            await response.aclose()

    async def models(self, profile: Profile, key: Key | str | None) -> ModelList:
        """What GET /models tells. Raises GatewayFault or GatewayRefused after at most 3 tries."""
        repeats = 0
        while True:
            try:
                async with asyncio.timeout(LIST_SECONDS):
                    status, headers, body = await self._read_models(profile, key)
            except TimeoutError:
                fault = Fault("timeout", "The gateway did not give its list of models in time.")
                raise GatewayFault("before_first_byte", fault) from None
            except GatewayFault as error:
                wait = may_repeat("read", Outcome(error.how), repeats)
                if wait is None:
                    raise
            else:
                if 200 <= status < 300:
                    return read_models(body)
                outcome = Outcome("status", status, _retry_after(headers))
                wait = may_repeat("read", outcome, repeats, now=time.time(), wait_limit=10)
                if wait is None:
                    raise refused_by(status, headers, body, secret_of(key))
            repeats += 1
            await asyncio.sleep(wait)

    async def _read_models(
        self, profile: Profile, key: Key | str | None
    ) -> tuple[int, Mapping[str, str], bytes]:
        async with self._sent("GET", "/models", profile, key, {}, LIST_SECONDS, None) as answer:
            body = bytearray()
            async for chunk in answer.bytes():
                body += chunk
                if len(body) > MOST_LIST_BYTES:
                    break
            return answer.status, answer.headers, bytes(body)

    @asynccontextmanager
    async def _sent(
        self,
        method: str,
        path: str,
        profile: Profile,
        key: Key | str | None,
        headers: Mapping[str, str],
        silence: float,
        content: bytes | None,
        form: Sequence[tuple[str, Any]] = (),
    ) -> AsyncIterator[Answer]:
        import httpx2
        from openai import APIConnectionError, APIStatusError

        secret = secret_of(key)
        client = self._client_for(profile.base_url)
        options = self._options(profile, secret, headers, silence)
        # "stream" makes the package hand over the response before its body is read.
        options["headers"]["X-Stainless-Raw-Response"] = "stream"
        try:
            if form:
                options["headers"]["Content-Type"] = "multipart/form-data"
                raw: Any = await client.post(
                    path,
                    cast_to=object,
                    body={k: v for k, v in form if isinstance(v, str)},
                    files=[(k, v) for k, v in form if not isinstance(v, str)],
                    options=options,
                )
            elif method == "POST":
                raw = await client.post(path, cast_to=object, content=content, options=options)
            else:
                send: Any = getattr(client, method.lower())
                raw = await send(path, cast_to=object, options=options)
            response: httpx2.Response = raw.http_response
        except APIStatusError as error:
            response = error.response  # its body was read, within the bounds of _Bounded
        except (APIConnectionError, httpx2.HTTPError, httpx2.InvalidURL) as error:
            raise fault_of(error, secret, "before_first_byte") from error
        try:
            yield Answer(response, secret)
        finally:
            await response.aclose()

    def _options(
        self, profile: Profile, secret: str, headers: Mapping[str, str], silence: float
    ) -> Any:
        import httpx2
        from openai import Omit

        authorization = f"Bearer {secret}" if profile.bearer else secret
        own = {k: v for k, v in profile.headers if k.lower() != "authorization"}
        given = {**own, **headers, "Authorization": authorization if secret else Omit()}
        return {
            "headers": {**{name: Omit() for name in not_ours(given)}, **given},
            "timeout": httpx2.Timeout(silence, connect=self._connect, pool=self._connect),
            "max_retries": 0,
        }

    def _client_for(self, base_url: str) -> AsyncOpenAI:
        from openai import AsyncOpenAI

        if base_url not in self._clients:
            if len(self._clients) >= 64:
                self._clients.pop(next(iter(self._clients)))
            self._clients[base_url] = AsyncOpenAI(
                api_key="none",  # each request says its own
                base_url=base_url,
                max_retries=0,
                http_client=self._http_client(),
            )
        return self._clients[base_url]

    def _http_client(self) -> httpx2.AsyncClient:
        if self._http is None:
            from http.cookiejar import CookieJar, DefaultCookiePolicy

            import httpx2
            import openai.resources.chat  # noqa: F401 - slow on first use otherwise

            from vnchat.gateway.network import Network

            http: Any = httpx2.AsyncClient(
                limits=httpx2.Limits(
                    max_connections=1000, max_keepalive_connections=100, keepalive_expiry=4.0
                ),
                follow_redirects=False,  # a redirect would carry key and conversation elsewhere
                cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
                # A proxy from the environment is for the world outside, not for this machine.
                mounts={f"all://{host}": None for host in ("127.0.0.1", "localhost", "[::1]")},
                event_hooks={"response": [_bound_refusals]},
                # A compressed stream comes in lumps, and a small one can hide a huge one.
                headers={"Accept-Encoding": "identity"},
            )
            # The client takes no backend, and a transport of our own would switch off the proxies
            # of the environment. A test holds that our network is the one in use.
            self._network = http._transport._pool._network_backend = Network()
            self._http = http
        return self._http

    async def aclose(self) -> None:
        self._clients.clear()
        if self._network is not None:
            self._network.close()
        if self._http is not None:
            closing, self._http = self._http, None
            await closing.aclose()


async def _body_of(response: httpx2.Response) -> AsyncIterator[bytes]:
    """A stream comes straight from our network; its end, and all else, from the HTTP client."""
    from vnchat.gateway.connection import Stream

    stream = response.extensions.get("network_stream")
    plain = response.status_code < 300 and "content-encoding" not in response.headers
    if plain and not response.is_closed and isinstance(stream, Stream):
        patience = response.request.extensions.get("timeout", {}).get("read")
        while chunk := await stream.body(patience):
            yield chunk
    async for chunk in response.aiter_bytes():
        yield chunk


def secret_of(key: Key | str | None) -> str:
    if isinstance(key, Key):
        return key.reveal()
    return Key(key or "").reveal()


def encoded(body: Mapping[str, Any]) -> bytes:
    """JSON as UTF-8; with half characters in it, as escapes, so that nothing is changed."""
    try:
        return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    except UnicodeEncodeError:
        return json.dumps(body, separators=(",", ":")).encode()


def _retry_after(headers: Mapping[str, str]) -> str:
    milliseconds = headers.get("retry-after-ms", "")
    if milliseconds.isascii() and milliseconds.isdigit():
        return str(int(milliseconds) / 1000)
    return headers.get("retry-after", "")


async def _bound_refusals(response: httpx2.Response) -> None:
    """The package reads the whole body of a refusal before it says so: give it an end."""
    if response.status_code >= 300:
        from vnchat.gateway.bounded import Bounded

        response.stream = Bounded(response.stream, most=MOST_ERROR_BYTES, seconds=ERROR_SECONDS)
