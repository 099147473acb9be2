"""Every write of the directory, by the names that the rest of the house uses.

`accounts` holds people who sign in, `grants` what they may do, `units` villages, traits, offices and closures.
An actor of None is the node's owner at the command line, who needs no right.
"""

from dinh.directory.accounts import (
    amend_account,
    close_account,
    end_sessions,
    one_time_password,
    open_account,
    password_changed,
    reopen_account,
    reset_access,
)
from dinh.directory.grants import appoint, delegate, revoke_delegation, withdraw_grant
from dinh.directory.units import (
    amend_office,
    close_office_on,
    open_office,
    open_office_on,
    place_village,
    set_trait,
)

__all__ = [
    "amend_account",
    "amend_office",
    "appoint",
    "close_account",
    "close_office_on",
    "delegate",
    "end_sessions",
    "one_time_password",
    "open_account",
    "open_office",
    "open_office_on",
    "password_changed",
    "place_village",
    "reopen_account",
    "reset_access",
    "revoke_delegation",
    "set_trait",
    "withdraw_grant",
]
