"""The text of a payment QR code that every bank's application in Viet Nam reads (VietQR).

Format: EMV QR Code Specification for Payment Systems, Merchant-Presented Mode 1.1, in the profile of NAPAS
(merchant account in field 38, GUID A000000727, service QRIBFTTA: transfer to an account). Decision
1928/QĐ-NHNN of 5 October 2018 makes that profile the national standard. The code asks for nothing and knows no
result: the payer's bank shows the holder's name before the payer confirms.
"""

from __future__ import annotations

import re

GUID, TO_ACCOUNT = "A000000727", "QRIBFTTA"
BIN, ACCOUNT = re.compile(r"[0-9]{6}"), re.compile(r"[0-9A-Za-z]{1,19}")
MOST_VND = 10**13 - 1
NOTE = re.compile(r"[0-9A-Za-z .-]{1,25}")


def payload(bank_bin: str, account: str, *, amount_vnd: int | None = None, note: str = "") -> str:
    """Return the text of the code.

    bank_bin    six digits that NAPAS gave the bank ("970436")
    account     1 to 19 letters and digits
    amount_vnd  whole đồng, from 1; None: the payer types it
    note        up to 25 plain letters, digits, spaces, dots and dashes

    Raises ValueError for what no bank could read.
    """
    if not BIN.fullmatch(bank_bin) or not ACCOUNT.fullmatch(account):
        raise ValueError("not an account that a payment code can name")
    if amount_vnd is not None and not 1 <= amount_vnd <= MOST_VND:
        raise ValueError("not an amount that can be paid")
    if note and not NOTE.fullmatch(note):
        raise ValueError("not a note that every bank reads")
    beneficiary = _field("00", bank_bin) + _field("01", account)
    text = (
        _field("00", "01")
        + _field(
            "01", "11" if amount_vnd is None else "12"
        )  # the same code for everybody, or for one payment
        + _field("38", _field("00", GUID) + _field("01", beneficiary) + _field("02", TO_ACCOUNT))
        + _field("53", "704")
        + (_field("54", str(amount_vnd)) if amount_vnd is not None else "")
        + _field("58", "VN")
        + (_field("62", _field("08", note)) if note else "")
        + "6304"
    )
    return text + f"{crc16(text.encode('ascii')):04X}"


def crc16(data: bytes) -> int:
    """Return CRC-16/CCITT-FALSE: polynomial 0x1021, beginning with 0xFFFF."""
    crc = 0xFFFF
    for byte in data:
        crc ^= byte << 8
        for _bit in range(8):
            crc = ((crc << 1) ^ 0x1021) & 0xFFFF if crc & 0x8000 else (crc << 1) & 0xFFFF
    return crc


def _field(tag: str, value: str) -> str:
    return f"{tag}{len(value):02d}{value}"
