"""`dinh field`: the key to which telephones seal, and a certificate for a node on a local network."""

from __future__ import annotations

import argparse
import sys


def add_commands(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `dinh field rotate-key|certificate`."""
    field = subparsers.add_parser("field", help="the field app: sealing keys, certificate of a local network")
    verbs = field.add_subparsers(dest="verb", required=True, metavar="VERB")

    rotate = verbs.add_parser(
        "rotate-key",
        help="make a new key to which telephones seal; the old one still opens what is on its way",
    )
    rotate.set_defaults(run=_rotate)

    certificate = verbs.add_parser(
        "certificate",
        help="make or renew the certificate by which telephones of a local network reach the node",
        description="Makes an authority for these names alone and a server's certificate of 825 days. Run it again "
        "(monthly, by a timer): it makes a new one 60 days before the end and nothing else.",
        epilog="Example: dinh field certificate so.coc-san.lan 192.168.1.10",
    )
    certificate.add_argument("names", nargs="*", metavar="NAME", help="DNS name or address of the node")
    certificate.add_argument("--renew", action="store_true", help="make the server's certificate anew now")
    certificate.add_argument(
        "--new-authority", action="store_true", help="begin again: every telephone has to install it anew"
    )
    certificate.set_defaults(run=_certificate)


def _rotate(arguments: argparse.Namespace) -> int:
    from django.utils import timezone

    from dinh.outreach.actions.devices_keys import rotate_sealing_key

    key = rotate_sealing_key(by=None, at=timezone.now())
    sys.stdout.write(f"Telephones seal to key {key.id} from their next contact on.\n")
    return 0


def _certificate(arguments: argparse.Namespace) -> int:
    from django.utils import timezone

    from dinh.outreach import certificates

    made = certificates.make(
        arguments.names, at=timezone.now(), new_authority=arguments.new_authority, renew=arguments.renew
    )
    if made.new_authority:
        sys.stdout.write(f"New authority for {', '.join(made.authority.names)}.\n")
    sys.stdout.write(f"SHA-256 {made.authority.fingerprint}\n")
    word = "New certificate" if made.new_server else "Certificate"
    sys.stdout.write(f"{word} until {made.until:%Y-%m-%d}: {made.server}, {made.key}\n")
    return 0
