"""Reading an estate's documents: resolved, and by operation."""

import json
import pathlib


def resolve(value, file: dict, depth: int = 0):
    """The value with every `$ref` replaced; members beside it are laid over the target."""
    if isinstance(value, list):
        return [resolve(inner, file, depth) for inner in value]
    if not isinstance(value, dict):
        return value
    if "$ref" not in value:
        return {name: resolve(inner, file, depth) for name, inner in value.items()}
    if depth > 32:
        raise LookupError(f"$ref '{value['$ref']}' goes in a circle")
    operation, *segments = value["$ref"].split("/")
    try:
        target = file[operation][0]["answer"]
        for segment in (segment.replace("~1", "/").replace("~0", "~") for segment in segments):
            if isinstance(target, dict):
                target = target[segment]
            elif segment.isdecimal():
                target = target[int(segment)]
            else:
                key, _, wanted = segment.partition("=")
                target = next(item for item in target if str(item.get(key)) == wanted)
    except (LookupError, StopIteration) as error:
        raise LookupError(f"$ref '{value['$ref']}' leads nowhere") from error
    over = {name: inner for name, inner in value.items() if name != "$ref"}
    target = resolve(target, file, depth + 1)
    return target | resolve(over, file, depth) if over else target


def matches(wanted: dict, parameters: dict) -> bool:
    """Whether an entry's `when` fits a request; null asks for absence."""
    return all(parameters.get(name) == value for name, value in wanted.items())


class Documents:
    """The documents of one estate."""

    def __init__(self, folder: pathlib.Path):
        self.manifest = json.loads((folder / "estate.json").read_text())
        self.account = self.manifest["account"]
        self.regions = [region["name"] for region in self.manifest["regions"] if region["opt_in"] != "not-opted-in"]
        self._entries: dict[tuple[str, str], dict[str, list]] = {}
        for scope in (*self.regions, "global"):
            for path in sorted((folder / scope).glob("*.json")):
                file = json.loads(path.read_text())
                self._entries[scope, path.stem] = {operation: [(entry.get("when", {}), resolve(entry["answer"], file)) for entry in entries if "answer" in entry] for operation, entries in file.items()}

    def each(self):
        """Every answer: scope, service, operation, parameters, answer."""
        for (scope, service), operations in self._entries.items():
            for operation, entries in operations.items():
                for when, answer in entries:
                    yield scope, service, operation, when, answer

    def answer(self, scope: str, service: str, operation: str, **when) -> dict:
        """The answer to a request; empty if there is none."""
        for entry_when, answer in self._entries.get((scope, service), {}).get(operation, []):
            if matches(entry_when, when):
                return answer
        return {}
