"""One demo gateway for the tests of this folder, as fast as it can be, with clips of one second."""

from collections.abc import Iterator

import pytest
from openai import OpenAI

from vnchat.demo.server import DemoGateway


@pytest.fixture(scope="module")
def gateway() -> Iterator[DemoGateway]:
    with DemoGateway(pace=0, clip_seconds=1) as running:
        yield running


@pytest.fixture
def client(gateway: DemoGateway) -> Iterator[OpenAI]:
    with OpenAI(base_url=gateway.base_url, api_key="any", max_retries=0) as made:
        yield made
