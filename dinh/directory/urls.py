"""The sessions page; the names are those of the library whose page it replaces."""

from django.urls import path

from dinh.directory.views import sessions

urlpatterns = [path("", sessions, name="usersessions_list")]
