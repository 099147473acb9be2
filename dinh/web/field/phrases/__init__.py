"""The words of the app, by where they are used: key -> sentence with {places}."""
