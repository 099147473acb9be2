"""The forms of sign-in, with the house's own words; what they check is allauth's."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as account_forms
from allauth.account.adapter import get_adapter
from allauth.mfa.base import forms as mfa_forms
from allauth.mfa.totp import forms as totp_forms
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from dinh.directory import limits
from dinh.directory.models import Account
from dinh.directory.sign_in import CODE_LIMIT, count_failure, refuse_when_too_many, shown_code


def _password(label: Any, autocomplete: str, help_text: Any = "") -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": autocomplete, "data-width": "medium"})
    return forms.CharField(label=label, strip=False, widget=widget, help_text=help_text)


def _code(label: Any, help_text: Any = "") -> forms.CharField:
    widget = forms.TextInput(
        attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "data-width": "short"}
    )
    return forms.CharField(label=label, help_text=help_text, widget=widget, max_length=16)


NEW_PASSWORD_HELP = _("At least 12 letters. Three or four words that you remember are better than signs.")
# Said by allauth's forms; named here so that our translations, which go before its own, have it.
SAME_TWICE = _("You must type the same password each time.")
CODE_HELP = _("Six digits from the authenticator on your telephone, or one of your recovery codes.")


class LoginForm(account_forms.LoginForm):  # type: ignore[misc]
    """Sign-in name and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"] = forms.CharField(
            label=_("Sign-in name"),
            max_length=64,
            widget=forms.TextInput(
                attrs={
                    "autocomplete": "username",
                    "autocapitalize": "none",
                    "spellcheck": "false",
                    "data-width": "medium",
                }
            ),
        )
        self.fields["password"] = _password(_("Password"), "current-password")
        self.order_fields(["login", "password"])

    @property
    def can_reset(self) -> bool:
        """Whether this node can send a link by e-mail."""
        return bool(settings.EMAIL_HOST)

    def clean(self) -> dict[str, Any]:
        """Say what is wrong at the password, where the summary can lead to."""
        try:
            cleaned: dict[str, Any] = super().clean()
        except ValidationError as error:
            self.add_error("password", error)
            return dict(self.cleaned_data)
        return cleaned

    def clean_login(self) -> str:
        """Names are small letters; people type capitals at the beginning."""
        return str(self.cleaned_data["login"]).strip().lower()


class LimitedCode:
    """Counts wrong codes of an account, wherever they are typed."""

    user: Account

    def clean_code(self) -> str:
        """Return the code when it is right."""
        scope, per = CODE_LIMIT
        refuse_when_too_many(scope, str(self.user.pk), per)
        try:
            code: str = super().clean_code()  # type: ignore[misc]
        except ValidationError:
            count_failure(scope, str(self.user.pk), per)
            raise
        limits.clear(scope, str(self.user.pk))
        return code

    @property
    def shown_code(self) -> str:
        """The code of an invented person, for the notice on the page."""
        return shown_code(self.user)


class AuthenticateForm(LimitedCode, mfa_forms.AuthenticateForm):  # type: ignore[misc]
    """The second step of signing in."""

    code = _code(_("Code"), CODE_HELP)


class CodeAgainForm(LimitedCode, mfa_forms.ReauthenticateForm):  # type: ignore[misc]
    """The code asked once more before something delicate."""

    code = _code(_("Code"), CODE_HELP)


class ActivateForm(totp_forms.ActivateTOTPForm):  # type: ignore[misc]
    """Shows that the authenticator was set up rightly."""

    code = _code(_("Code"), _("The six digits that your authenticator shows now."))


class ChangePasswordForm(account_forms.ChangePasswordForm):  # type: ignore[misc]
    """A new password of one's own."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["oldpassword"] = _password(_("Present password"), "current-password")
        self.fields["password1"] = _password(_("New password"), "new-password", NEW_PASSWORD_HELP)
        self.fields["password2"] = _password(_("New password, once more"), "new-password")

    def clean_password1(self) -> str:
        """A password given by somebody else must not be kept."""
        password = str(self.cleaned_data["password1"])
        if self.user.check_password(password):
            raise ValidationError(_("Choose a password other than the present one."), code="same")
        cleaned: str = get_adapter().clean_password(password, user=self.user)
        return cleaned


class PasswordAgainForm(account_forms.ReauthenticateForm):  # type: ignore[misc]
    """The password asked once more before something delicate."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"] = _password(_("Password"), "current-password")


class ResetPasswordForm(account_forms.ResetPasswordForm):  # type: ignore[misc]
    """Asks for a link by e-mail; only staff have passwords."""

    email = forms.EmailField(
        label=_("E-mail address"),
        widget=forms.EmailInput(attrs={"autocomplete": "email", "data-width": "wide"}),
    )

    def clean_email(self) -> str:
        """Never say whether an address is known."""
        email: str = super().clean_email()
        self.users: list[Account] = [
            user for user in self.users if user.kind == Account.Kind.STAFF and user.is_active
        ]
        return email


class NewPasswordForm(account_forms.ResetPasswordKeyForm):  # type: ignore[misc]
    """The new password after the link."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"] = _password(_("New password"), "new-password", NEW_PASSWORD_HELP)
        self.fields["password2"] = _password(_("New password, once more"), "new-password")
