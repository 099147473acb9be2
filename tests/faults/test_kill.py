"""`kill -9` while people file over HTTP: no number that somebody saw is lost, none is given twice, the journal holds."""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from collections import Counter
from contextlib import suppress

import pytest

from dinh.config.tests.nodes import Node, until
from tests.faults.nodes import Browser, filed, with_drafts


@pytest.mark.parametrize(
    ("filings", "clients", "kills"),
    [pytest.param(20, 2, 3, marks=pytest.mark.long), pytest.param(200, 4, 14, marks=pytest.mark.long)],
)
def test_a_killed_server_loses_no_number_and_files_nothing_twice(
    node: Node, filings: int, clients: int, kills: int
) -> None:
    codes = with_drafts(node, filings)
    seed = random.randrange(10**6)
    chance, seen, failed = random.Random(seed), {}, []
    node.start()
    try:
        browsers = [Browser(node) for _ in range(clients)]
        for browser in browsers:
            browser.sign_in()

        def people(number: int) -> None:
            try:
                for code in codes[number::clients]:
                    seen[code] = browsers[number].send(code)
            except BaseException as error:
                failed.append(error)
                raise

        threads = [threading.Thread(target=people, args=(number,)) for number in range(clients)]
        for thread in threads:
            thread.start()
        for turn in range(kills):
            wanted = filings * (turn + chance.random()) / (kills + 1)
            until(lambda wanted=wanted: len(seen) >= wanted or failed, 120)
            time.sleep(chance.random() * 0.1)
            if turn % 3 == 2:
                with suppress(ProcessLookupError):
                    os.kill(node.children()["web"], signal.SIGKILL)  # the supervisor starts it again
            else:
                node.kill()  # the whole node, as a power cut would
                until(lambda: not node.processes(), 10)
                node.start()
        for thread in threads:
            thread.join(240)
        assert not failed and not any(thread.is_alive() for thread in threads), (seed, failed)
    finally:
        node.stop()

    kept = filed(node)
    assert len(seen) == filings
    assert {code: kept["drafts"][code] for code in codes} == seen, seed  # every number seen is kept
    assert len(set(seen.values())) == len(kept["numbers"]) == filings, seed  # nothing was filed twice
    assert set(Counter(kept["entries"]).values()) == {1} and len(kept["entries"]) == filings, seed
    node.command("journal", "verify")


@pytest.mark.long
def test_four_clicks_at_the_same_moment_file_once(node: Node) -> None:
    [code] = with_drafts(node, 1)
    node.start()
    try:
        browser = Browser(node)
        browser.sign_in()
        others = [Browser(node, jar=browser.jar) for _ in range(4)]
        start, numbers = threading.Barrier(4), []

        def click(one: Browser) -> None:
            start.wait()
            numbers.append(one.send(code))

        threads = [threading.Thread(target=click, args=(one,)) for one in others]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
    finally:
        node.stop()

    assert len(numbers) == 4 and len(set(numbers)) == 1
    assert filed(node)["numbers"] == numbers[:1]
