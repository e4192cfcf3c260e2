#!/usr/bin/env bash
# What CI runs: every generator whose peer is small, 20 s each, two at a time. The virtual environment is made once, in .venv/differential; where that is
# not possible (no python3, no network), says so and passes, having run the one that needs none.
# torch is not among them: on Linux x64 the package registry has it only with CUDA, 0.5 GB for the wheel and 5 GB installed with what it needs.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
venv=.venv/differential
wanted=tools/differential/python/requirements.txt
if ! cmp -s "$wanted" "$venv/installed.txt"; then
  rm -rf "$venv"
  if python3 -m venv "$venv" && "$venv/bin/pip" install --quiet --disable-pip-version-check -r "$wanted"; then
    cp "$wanted" "$venv/installed.txt"
  else
    echo "differential: no virtual environment could be made here (see above); only what needs none is run."
    rm -rf "$venv"
  fi
fi
run() { node --conditions=@rl/source tools/differential/src/main.ts "$@" --seconds "${RL_DIFFERENTIAL_SECONDS:-20}" --seed 0; }
python=()
[ -d "$venv" ] && python=(--python "$venv")
run math spaces bandits cg "${python[@]}" &
run random wrappers files kills "${python[@]}"
second=$?
wait $! && exit $second
exit 1
