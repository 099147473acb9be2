"""A visit: the time between somebody's first touch and "I am finished". Afterwards nothing of it is left.

Begun by the first door that is opened; kept in the session, which ends with it. A page that runs our script says
"still here" while somebody touches it; one without script cannot, and gets longer.
"""

from __future__ import annotations

import re
import time
from http.cookies import Morsel

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from dinh.web.kiosk import keys

COOKIE_NAME = re.compile(r"[\w!#$%&'*+.^`|~:-]+", re.ASCII)  # what `http.cookies` writes
BEGAN, TOUCHED, SCRIPT = "kiosk.began", "kiosk.touched", "kiosk.script"
WARN_SECONDS, END_SECONDS = 60, 90
SLOW_SECONDS = 30  # a page tells at most so late that it was touched
# Without script nobody tells that a person is reading or typing on a page.
LONGEST_WITHOUT_SCRIPT = 600
LONGEST = END_SECONDS + 2 * SLOW_SECONDS


def begin(request: HttpRequest) -> None:
    """Begin a visit, or go on with the one that there is."""
    now = int(time.time())
    request.session.setdefault(BEGAN, now)
    request.session[TOUCHED] = now


def is_on(request: HttpRequest) -> bool:
    """Tell whether somebody's visit is under way on this machine."""
    return BEGAN in request.session


def touch(request: HttpRequest, *, script: bool = False) -> None:
    """Note that somebody is there; at most one write in five seconds."""
    now = int(time.time())
    if script and not request.session.get(SCRIPT):
        request.session[SCRIPT] = True
    if now - request.session.get(TOUCHED, 0) >= 5:
        request.session[TOUCHED] = now


def is_over(request: HttpRequest) -> bool:
    """Tell whether nobody touched the machine for so long that whoever asks now may be somebody else."""
    longest = LONGEST if request.session.get(SCRIPT) else LONGEST_WITHOUT_SCRIPT
    return is_on(request) and time.time() - request.session.get(TOUCHED, 0) > longest


def forget(request: HttpRequest) -> None:
    """End the session on the node, whoever was signed in."""
    logout(request)  # flushes the session and its key, and signs out


def clear(request: HttpRequest, response: HttpResponseBase) -> None:
    """Tell the browser to forget: its cache, everything that pages stored, every cookie but the machine's key.

    "cookies" is left out of Clear-Site-Data, because it would take the key as well: cookies go one by one.
    """
    response["Clear-Site-Data"] = '"cache", "storage"'
    own = {settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, "messages", settings.LANGUAGE_COOKIE_NAME}
    for name in own | set(request.COOKIES):
        # A name that no header can carry is none of ours; it must not keep a visit from ending.
        if name != keys.COOKIE and COOKIE_NAME.fullmatch(name) and not Morsel().isReservedKey(name):
            response.delete_cookie(name, samesite="Lax")
    if keys.COOKIE in request.COOKIES:
        keys.put_again(request, response)
