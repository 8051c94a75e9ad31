"""completions FOLDER: what bash, zsh and fish offer while `authenticator` is typed. Written from
the parsers, so nothing is offered that is not there."""

import sys
from pathlib import Path

from commands import Verb, Word, verbs

FIRST = ("--help", "--version", "--self-check", "--debug")


def bash(every: list[Verb]) -> str:
    names = " ".join([*(verb.name for verb in every), *FIRST])
    cases = "\n".join(
        f"    {verb.name}) options='{' '.join(n for o in verb.options for n in o.names)}' ;;"
        for verb in every
    )
    values: dict[str, list[str]] = {}
    for verb in every:
        for option in verb.options:
            if option.value:
                words = f"-W '{' '.join(option.choices)}'" if option.choices else ""
                answer = "-f" if option.is_file else words
                values.setdefault(f"{verb.name}:{option.names[-1]}", []).append(answer)
    asked = "\n".join(
        f'    {place}) COMPREPLY=($(compgen {answer} -- "$word")); return ;;'
        if answer
        else f"    {place}) return ;;"
        for place, (answer,) in values.items()
    )
    files = "|".join(verb.name for verb in every if any(word.is_file for word in verb.words))
    return f"""# bash completion for authenticator
_authenticator() {{
  local word=${{COMP_WORDS[COMP_CWORD]}} before=${{COMP_WORDS[COMP_CWORD-1]}}
  local verb=${{COMP_WORDS[1]}} options=
  COMPREPLY=()
  if ((COMP_CWORD == 1)); then
    COMPREPLY=($(compgen -W '{names}' -- "$word"))
    return
  fi
  case $verb:$before in
{asked}
  esac
  case $verb in
{cases}
  esac
  if [[ $word == -* ]]; then
    COMPREPLY=($(compgen -W "$options" -- "$word"))
    return
  fi
  case $verb in
    {files}) COMPREPLY=($(compgen -f -- "$word")) ;;
  esac
}}
complete -o filenames -F _authenticator authenticator
complete -o filenames -f authenticator-gui
"""


def zsh(every: list[Verb]) -> str:
    def quoted(text: str) -> str:
        return text.replace("'", "'\\''")

    def told(text: str) -> str:
        special = text.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")
        return quoted(special.replace(":", "\\:"))

    def value(word: Word) -> str:
        if not word.value:
            return ""
        choices = f"({' '.join(word.choices)})" if word.choices else ""
        return f":{told(word.value)}:{'_files' if word.is_file else choices or ' '}"

    def option(word: Word) -> list[str]:
        # Most can be said again, or are told by the parser that they can't.
        return [f"'*{name}[{told(word.help)}]{quoted(value(word))}'" for name in word.names]

    summaries = "\n".join(f"    '{verb.name}:{told(verb.summary)}'" for verb in every)
    cases = "\n".join(
        f"    {verb.name}) _arguments "
        + " ".join(
            [
                *(text for word in verb.options for text in option(word)),
                *(f"'*{quoted(value(word))}'" for word in verb.words[:1]),
            ]
        )
        + " ;;"
        for verb in every
    )
    return f"""#compdef authenticator
local -a verbs
verbs=(
{summaries}
)
if ((CURRENT == 2)); then
  _describe verb verbs
  _values option {" ".join(FIRST)}
else
  local verb=${{words[2]}}
  shift words
  ((CURRENT--))
  case $verb in
{cases}
  esac
fi
"""


def fish(every: list[Verb]) -> str:
    def quoted(text: str) -> str:
        return text.replace("\\", "\\\\").replace("'", "\\'")

    first = "__fish_use_subcommand"
    lines = [
        "# fish completion for authenticator",
        "complete -c authenticator -f",
        *(f"complete -c authenticator -n {first} -l {name[2:]}" for name in FIRST),
    ]
    for verb in every:
        lines.append(
            f"complete -c authenticator -n {first} -a {verb.name} -d '{quoted(verb.summary)}'"
        )
        there = f"'__fish_seen_subcommand_from {verb.name}'"
        if any(word.is_file for word in verb.words):
            lines.append(f"complete -c authenticator -n {there} -F")
        for word in verb.options:
            names = " ".join(
                f"-l {name[2:]}" if name.startswith("--") else f"-s {name[1:]}"
                for name in word.names
            )
            takes = "" if not word.value else " -r -F" if word.is_file else " -x"
            choices = f" -a '{' '.join(word.choices)}'" if word.choices else ""
            lines.append(
                f"complete -c authenticator -n {there} {names}{takes}{choices} "
                f"-d '{quoted(word.help)}'"
            )
    return "\n".join(lines) + "\n"


def write(folder: Path) -> None:
    """Writes `authenticator.bash`, `_authenticator` (zsh) and `authenticator.fish`."""
    folder.mkdir(parents=True, exist_ok=True)
    every = verbs()
    for name, shell in (("authenticator.bash", bash), ("_authenticator", zsh)):
        (folder / name).write_text(shell(every), encoding="utf-8")
    (folder / "authenticator.fish").write_text(fish(every), encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
