"""Pure decisions of dossiers: no database, no clock, no language of the reader."""
