#!/usr/bin/env bash
# Pin dependencies again: hashes, no addresses. Needs pip-tools, which it installs into the environment.
set -euo pipefail
cd "$(dirname "$0")/../requirements"
bin="$PWD/../.venv/bin"
"$bin/pip" install --quiet pip-tools
options=(--quiet --generate-hashes --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-header --strip-extras --allow-unsafe --no-annotate)
"$bin/pip-compile" "${options[@]}" --output-file base.txt ../pyproject.toml
"$bin/pip-compile" "${options[@]}" --output-file build.txt build.in
"$bin/pip-compile" "${options[@]}" --output-file dev.txt dev.in
"$bin/pip-compile" "${options[@]}" --output-file spark.txt spark.in
